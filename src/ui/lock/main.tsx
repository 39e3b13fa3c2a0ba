import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './lock.css';
import { keepErrors } from '../errors.ts';
import { connect } from '../state.ts';
import { say } from '../words.ts';
import { Lock } from './lock.tsx';
import { wishIn } from './wish.ts';

connect();
keepErrors();
document.documentElement.lang = navigator.language;
document.title = `${say('lockTitle')} – ${say('extensionName')}`;
// Opened to unlock, it asks for the passkey at once, and goes when that is done.
render(<Lock atOnce={location.hash === '#unlock'} wish={wishIn(location.hash)} />, document.body);
