import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './keep.css';
import { keepErrors } from '../errors.ts';
import { connect } from '../state.ts';
import { say } from '../words.ts';
import { Keep } from './keep.tsx';

connect();
keepErrors();
document.documentElement.lang = navigator.language;
document.title = `${say('keepTitle')} – ${say('extensionName')}`;
const { searchParams } = new URL(location.href);
const [agent, server, session] = ['agent', 'server', 'session'].map((name) => searchParams.get(name) ?? undefined);
render(<Keep agent={agent} server={server} session={session} />, document.body);
