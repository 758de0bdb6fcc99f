/** A row as the API shows it: what is not there (null) is left out. */
export const present = <Row extends object>(row: Row): Partial<Row> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Partial<Row>
