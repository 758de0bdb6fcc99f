/**
 * Ours: the pattern of a text of several lines: something to read, and no control characters but tab and line breaks, no
 * DEL, U+FFFE or U+FFFF, which no file carries there and back. Nor any that turns the direction of what follows it (U+202A
 * to U+202E, U+2066 to U+2069): people would read another text than the one that is kept.
 */
export const linesPattern = String.raw`^(?!\s*$)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffe\uffff]*$`

/** Ours: the same of a text of one line, such as a name or a title. */
export const linePattern = String.raw`^(?!\s*$)[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff]*$`

const lines = new RegExp(linesPattern, 'u')

/** Whether a text is one of several lines as it is taken. */
export const isPlainText = (text: string): boolean => lines.test(text)

/** Ours: a text as it is kept: without blanks around it, its lines ended by line feeds alone. */
export const plainText = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trim()
