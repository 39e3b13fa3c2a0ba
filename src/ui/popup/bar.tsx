import { dashboardLink } from '../dashboard-link.ts';
import { Icon } from '../icons.tsx';
import { say } from '../words.ts';

/** The popup's head. */
export function Bar() {
  return (
    <header class="bar">
      <img src="/icons/icon.svg" width="20" height="20" alt="" />
      <h1>{say('extensionName')}</h1>
      <a class="to-dashboard" href={dashboardLink()} target="_blank" rel="noreferrer">
        <Icon name="elsewhere" />
        {say('dashboard')}
      </a>
    </header>
  );
}
