import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './panel.css';
import { keepErrors } from '../errors.ts';
import { connect } from '../state.ts';
import { inspectedTab } from './inspected-tab.ts';
import { Panel } from './panel.tsx';
import { begin } from './requests.ts';

connect();
keepErrors();
document.documentElement.lang = navigator.language;
const tab = inspectedTab();
if (tab !== undefined) begin(tab);
render(<Panel isInspecting={tab !== undefined} />, document.body);
