import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './dashboard.css';
import { keepErrors } from '../errors.ts';
import { connect, startClock } from '../state.ts';
import { followAddress } from './address/navigation.ts';
import { Dashboard } from './dashboard.tsx';

connect();
keepErrors();
startClock();
followAddress();
document.documentElement.lang = navigator.language;
render(<Dashboard />, document.body);
