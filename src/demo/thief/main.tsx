import { render } from 'preact';
import { isJapanese } from '../look/say.ts';
import { followBag } from './bag.ts';
import { ThiefPage } from './thief-page.tsx';

document.documentElement.lang = isJapanese ? 'ja' : 'en';
render(<ThiefPage />, document.body);
followBag();
