/** The dashboard's page, opened at a place of its own. */
export const dashboardLink = (place = ''): string => `/src/ui/dashboard/index.html${place}`;

export const sessionLink = (session: string): string => dashboardLink(`#/session/${encodeURIComponent(session)}`);

export const drillLink = (session: string): string => `${sessionLink(session)}/drill`;
