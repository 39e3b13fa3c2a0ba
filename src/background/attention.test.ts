import { beforeEach, expect, test, vi } from 'vitest';
import { createAttention } from './attention.ts';

const fake = vi.hoisted(() => ({ action: {}, windows: {}, runtime: { getURL: (path: string) => path } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const openPopup = vi.fn();
const create = vi.fn(async () => undefined);
let time = 0;
let isOpen = false;
beforeEach(() => {
  time = 0;
  isOpen = false;
  vi.clearAllMocks();
  openPopup.mockRejectedValue(new Error('no focused window'));
  Object.assign(fake, { action: { openPopup }, windows: { create } });
});

const attention = () =>
  createAttention(
    () => isOpen,
    () => time,
  );
const ask = (agent: string) => ({ id: agent, agent, origins: ['https://as.example'] });

test('however many questions come at once, one window is opened for them', async () => {
  const { showAsk } = attention();
  const agents = Array.from({ length: 50 }, (_, number) => `https://agent-${number}.example`);
  await Promise.all(agents.map((agent) => showAsk(ask(agent))));
  expect(create).toHaveBeenCalledTimes(1);
});

test('a popup that has just been opened, and has not connected yet, gets no window beside it', async () => {
  const { showAsk } = attention();
  openPopup.mockResolvedValueOnce(undefined);
  await showAsk(ask('https://a.example'));
  await showAsk(ask('https://b.example'));
  expect(create).not.toHaveBeenCalled();
});

test('a question that comes when the view was closed again is shown; while it is open, it shows it itself', async () => {
  const { showAsk, showLocked } = attention();
  await showAsk(ask('https://a.example'));
  isOpen = true;
  time = 60_000;
  await showAsk(ask('https://b.example'));
  expect(create).toHaveBeenCalledTimes(1);
  isOpen = false;
  await showAsk(ask('https://c.example'));
  await showLocked();
  expect(create).toHaveBeenCalledTimes(3);
});
