/** How many days ended sessions stay listed and the activity log is kept; the first is the default. */
export const RETENTION_DAYS = [30, 1, 7, 90] as const;
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** What holds for all of Holdfast. */
export interface Settings {
  readonly retentionDays: RetentionDays;
}
