import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './lock.css';
import { connect } from '../state.ts';
import { say } from '../words.ts';
import { Lock } from './lock.tsx';

connect();
document.documentElement.lang = navigator.language;
document.title = `${say('lockTitle')} – ${say('extensionName')}`;
// Opened to unlock, it asks for the passkey at once, and goes when that is done.
render(<Lock atOnce={location.hash === '#unlock'} />, document.body);
