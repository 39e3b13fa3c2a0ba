import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './popup.css';
import { keepErrors } from '../errors.ts';
import { connect, startClock } from '../state.ts';
import { findFront } from './front.ts';
import { Popup } from './popup.tsx';

// Chrome closes the popup with Escape: what is open in it goes first, and alone.
addEventListener('keydown', (event) => {
  const open = event.key === 'Escape' && document.querySelector<HTMLElement>(':popover-open');
  if (!open) return;
  event.preventDefault();
  open.hidePopover();
});

connect();
keepErrors();
startClock();
document.documentElement.lang = navigator.language;
document.documentElement.style.setProperty('--bar', `${barWidth()}px`);
const address = new URL(location.href);
document.body.classList.toggle('in-window', address.searchParams.has('window'));
const front = await findFront(address);
render(<Popup front={front} />, document.body);

/** How much room a scrollbar takes: none where it lies over what is shown. */
function barWidth(): number {
  const probe = document.createElement('div');
  probe.style.cssText = 'width:50px;overflow:scroll;scrollbar-width:thin';
  document.body.append(probe);
  const width = probe.offsetWidth - probe.clientWidth;
  probe.remove();
  return width;
}
