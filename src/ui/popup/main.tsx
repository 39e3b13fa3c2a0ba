import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './popup.css';
import { connect, startClock } from '../state.ts';
import { findFront } from './front.ts';
import { Popup } from './popup.tsx';

connect();
startClock();
document.documentElement.lang = navigator.language;
const front = await findFront(new URL(location.href));
render(<Popup front={front} />, document.body);
