import browser from 'webextension-polyfill';

void browser.devtools.panels.create(browser.i18n.getMessage('panelName'), 'icons/32.png', 'src/ui/devtools/panel.html');
