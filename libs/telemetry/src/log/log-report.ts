/** What became of the log lines that are sent by OpenTelemetry; those on stdout are not counted. */
export class LogReport {
  created = 0;
  exported = 0;
  failed = 0;
}

/** That of this process. What is neither exported nor failed waits, or was dropped because too many did. */
export const logReport = new LogReport();
