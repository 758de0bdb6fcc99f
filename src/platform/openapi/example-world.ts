const id = (tail: string): string => `01890000-0000-7000-8000-${tail}`

/**
 * What the examples of the OpenAPI document name: the demo data's fixed identifiers (src/dev/demo-world, which is not
 * part of a production installation). A test holds the two against each other, and every example is sent and succeeds.
 */
export const exampleWorld = {
  supplier: id('000000010001'),
  deliveryAddress: id('000000030001'),
  agreement: id('000000040001'),
  jobcenter: id('000000010005'),
  /** Of K-kassen's group, attending, planned Monday to Friday from 2026-03-02 to 2026-05-22. */
  order: id('000000060001'),
  activity: id('000000070001'),
  /** Of that order. */
  citizen: id('000000050001'),
  draft: id('000000060004'),
  draftToCancel: id('000000060005'),
  awaitingFirstMeeting: id('000000060006'),
  unplanned: id('000000060007'),
  unplannedActivity: id('000000070007'),
  /** The first template of final reports, of the migrations. */
  finalTemplate: id('0000000f0001'),
  /** A PDF of one empty page, in base64. */
  smallPdf:
    'JVBERi0xLjQKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRvYmoKMiAwIG9iago8PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+PgplbmRvYmoKMyAwIG9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAgMCA1OTUgODQyXT4+CmVuZG9iagp0cmFpbGVyCjw8L1Jvb3QgMSAwIFI+PgolJUVPRgo=',
  /** The template's needed headings without a row, in base64. */
  smallImport:
    '77u/QmVzdGlsbGluZztEYXRvO0FrdGl2aXRldHMtaWQ7RnJlbW3DuGR0IChtaW4pO0ZyYXbDpnJza29kZTtGcmF2w6ZyIChtaW4pDQo=',
} as const
