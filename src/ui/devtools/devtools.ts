import browser from '../browser.ts';
import { say } from '../words.ts';

void browser.devtools.panels.create(say('panelName'), 'icons/32.png', 'src/ui/devtools/panel.html');
