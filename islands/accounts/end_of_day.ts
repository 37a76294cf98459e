/** The last moment of a day (`2026-08-31`) where the phone is, ISO 8601. */
export function endOfDay(date: string): string {
  return new Date(`${date}T23:59:59`).toISOString();
}

/** The day of a moment where the phone is, as a date field has it. */
export function localDate(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
