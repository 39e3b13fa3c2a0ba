import { render } from 'preact';
import '../tokens.css';
import '../views.css';
import './panel.css';
import { connect } from '../state.ts';
import { inspectedTab } from './inspected-tab.ts';
import { Panel } from './panel.tsx';
import { begin } from './requests.ts';

connect();
document.documentElement.lang = navigator.language;
const tab = inspectedTab();
if (tab !== undefined) begin(tab);
render(<Panel isInspecting={tab !== undefined} />, document.body);
