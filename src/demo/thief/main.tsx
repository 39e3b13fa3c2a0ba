import { render } from 'preact';
import { followBag } from './bag.ts';
import { ThiefPage } from './thief-page.tsx';

render(<ThiefPage />, document.body);
followBag();
