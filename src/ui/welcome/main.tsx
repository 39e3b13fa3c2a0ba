import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './welcome.css';
import { say } from '../words.ts';
import { Welcome } from './welcome.tsx';

document.documentElement.lang = navigator.language;
document.title = `${say('welcomeTitle')} – ${say('extensionName')}`;
render(<Welcome />, document.body);
