import { dashboardLink } from '../dashboard-link.ts';
import { say } from '../words.ts';

/** The popup's head. */
export function Bar() {
  return (
    <header class="bar">
      <img src="/icons/icon.svg" width="20" height="20" alt="" />
      <h1>{say('extensionName')}</h1>
      <a class="to-dashboard" href={dashboardLink()} target="_blank" rel="noreferrer">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5" />
        </svg>
        {say('dashboard')}
      </a>
    </header>
  );
}
