import { describe, expect, test } from 'vitest'
import { readTable } from '#platform/table-files/read-table.ts'
import { tableFileKind } from '#platform/table-files/table-file-kind.ts'
import { rowXml, workbookOf, workbookParts, zipOf } from './files.ts'

const limits = { rows: 20, columns: 10, cellCharacters: 100, characters: 10_000, inflatedBytes: 20_000_000 }

const csv = (content: string | Buffer) => readTable(Buffer.from(content), 'csv', limits)
const xlsx = (content: Buffer, options = {}) => readTable(content, 'xlsx', limits, options)
const fault = (code: string, row: number | null = null, column: number | null = null) => ({
  rows: null,
  fault: { code, row, column },
})
const table = (rows: string[][]) => ({ rows, fault: null })

const words = [
  ['Navn', 'By'],
  ['Åse Ærø', 'Ølstykke'],
]

describe('CSV is read', () => {
  const text = 'Navn;By\r\nÅse Ærø;Ølstykke\r\n'
  const latin = Buffer.from(text, 'latin1')
  test.each<[string, string | Buffer]>([
    ['UTF-8', text],
    ['UTF-8 with its mark', `\ufeff${text}`],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', latin],
    ['commas', text.replaceAll(';', ',')],
    ['tabs', text.replaceAll(';', '\t')],
    ['line feeds alone', text.replaceAll('\r\n', '\n')],
    ['carriage returns alone', text.replaceAll('\r\n', '\r')],
    ["Excel's instruction", `sep=;\r\n${text}`],
    ['quoted cells', '"Navn";"By"\r\n"Åse Ærø";" Ølstykke "'],
    ['empty rows at the end', `${text};\r\n\r\n;;;\r\n`],
  ])('%s', async (_, content) => {
    expect(await csv(content)).toEqual(table(words))
  })

  test('a euro sign and quotation marks of Windows-1252', async () => {
    expect(await csv(Buffer.from([0x80, 0x3b, 0x93, 0x94]))).toEqual(table([['€', '“”']]))
  })

  test('line breaks, delimiters and doubled marks inside quotes; an empty line is a row', async () => {
    expect(await csv('a;b\n\n"x\r\ny;z";"sagde ""nej"""')).toEqual(
      table([['a', 'b'], [''], ['x\r\ny;z', 'sagde "nej"']]),
    )
  })

  test('what would be a formula is text, and our own mark before it is taken away', async () => {
    expect(await csv(`=1+1;+45;-3;@x;'=HYPERLINK("x")`.replaceAll('"', "'"))).toEqual(
      table([['=1+1', '+45', '-3', '@x', "=HYPERLINK('x')"]]),
    )
  })
})

describe('CSV is refused with the place', () => {
  test.each<[string, string | Buffer, ReturnType<typeof fault>]>([
    ['a quotation mark that is not closed', 'a;b\n1;"2', fault('quote-not-closed', 2)],
    ['one that is not closed for long', `a;b\n1;"2${'\nx;y'.repeat(500)}`, fault('cell-too-long', 2)],
    ['one in the middle', 'a;b\n1;2\n1;"2"3', fault('quote-out-of-place', 3)],
    ['CP 850', Buffer.from('a;b\r\n1;m\u009bde', 'latin1'), fault('wrong-encoding', 2)],
    ['CP 850, a capital', Buffer.from('a;b\n1;2\n\u009dl;', 'latin1'), fault('wrong-encoding', 3)],
    ['Macintosh', Buffer.from('a;b\n1;m\u00bfde', 'latin1'), fault('wrong-encoding', 2)],
    [
      'UTF-8 that was cut',
      Buffer.concat([Buffer.from('Å;b\r\n1;ø\r\n2;'), Buffer.from([0xc3]), Buffer.from(';\r\n3;å')]),
      fault('wrong-encoding', 3),
    ],
    ['NUL', 'a;b\n1;\0', fault('not-text', 2)],
    ['UTF-16 without its mark', Buffer.from('a;b', 'utf16le'), fault('not-text', 1)],
    ['too many rows', 'a\n'.repeat(21), fault('too-many-rows', 21)],
    ['too many columns', `a\n${'x;'.repeat(11)}`, fault('too-many-columns', 2, 11)],
    ['a million columns', ';'.repeat(1_000_000), fault('too-many-columns', 1, 11)],
    ['a long cell', `a\n${'x'.repeat(101)}`, fault('cell-too-long', 2, 1)],
    ['ten megabytes in one cell', 'x'.repeat(10_000_000), fault('cell-too-long', 1)],
  ])('%s', async (_, content, expected) => {
    expect(await csv(content)).toEqual(expected)
  })
})

describe('XLSX is read', () => {
  test('texts, numbers, dates and shared strings', async () => {
    const rows = `${rowXml(1, ['Navn', 'Dato'])}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="d"><v>2026-03-02T00:00:00Z</v></c><c r="C2"><v>240</v></c></row>`
    expect(await xlsx(workbookOf(rows, { strings: '<si><t>Åse &amp; Ærø</t></si>' }))).toEqual(
      table([
        ['Navn', 'Dato', ''],
        ['Åse & Ærø', '2026-03-02', '240'],
      ]),
    )
  })

  test('gaps are empty cells and rows', async () => {
    const rows = `<row r="1"><c r="C1"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row><row r="9"><c r="ZZ9"/></row>`
    expect(await xlsx(workbookOf(rows))).toEqual(
      table([
        ['', '', '1'],
        ['', '', ''],
        ['2', '', ''],
      ]),
    )
  })

  test('of a formula the value that was last calculated; text that looks like one is text', async () => {
    const rows = `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c><c r="C1" t="inlineStr"><is><t>=HYPERLINK("x")</t></is></c></row>`
    expect(await xlsx(workbookOf(rows))).toEqual(table([['2', 'x', '=HYPERLINK("x")']]))
  })
})

describe('XLSX of other programs is read', () => {
  test('rows and cells that do not say where they stand follow each other', async () => {
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
    const rows = `<row>${text('Navn')}${text('By')}</row><row spans="1:3"><c/><c><v>1</v></c></row><row r="4"><c r="B4"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>`
    expect(await xlsx(workbookOf(rows))).toEqual(
      table([
        ['Navn', 'By', ''],
        ['', '1', ''],
        ['', '', ''],
        ['', '2', '3'],
        ['4', '', ''],
      ]),
    )
    expect(await xlsx(workbookOf('<row><c><v>1</v></c><c><f>1+1</f></c></row>'))).toEqual(
      fault('formula-without-value', 1, 2),
    )
  })

  test('an archive whose directory says its sizes as ZIP64 does', async () => {
    const archive = zipOf(workbookParts(rowXml(1, ['a'])).map((part) => ({ ...part, zip64: true })))
    expect(tableFileKind(archive)).toEqual({ kind: 'xlsx' })
    expect(await xlsx(archive)).toEqual(table([['a']]))
  })

  test('comments and sections of characters are no cells', async () => {
    const rows = `<!-- <c r="A900000000"> --><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a<c r="ZZ9"><v>]]></t></is></c></row>`
    expect((await xlsx(workbookOf(rows))).fault).toBeNull()
  })
})

describe('XLSX is refused, with the place where there is one', () => {
  const one = rowXml(1, ['a'])
  const cell = (content: string, attributes = '') => `${one}<row r="2"><c r="B2" ${attributes}>${content}</c></row>`
  test.each<[string, Buffer, ReturnType<typeof fault>]>([
    ['a formula that was never calculated', workbookOf(cell('<f>1+1</f>')), fault('formula-without-value', 2, 2)],
    ['one in short form', workbookOf(cell('<f t="shared" si="0"/>')), fault('formula-without-value', 2, 2)],
    ['an error', workbookOf(cell('<v>#REF!</v>', 't="e"')), fault('cell-shows-an-error', 2, 2)],
    [
      'a string that is not there',
      workbookOf(cell('<v>7</v>', 't="s"'), { strings: '' }),
      fault('cell-not-readable', 2, 2),
    ],
    [
      'a cell in row 1,000,000,000',
      workbookOf(`${one}<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>`),
      fault('too-many-rows', 21),
    ],
    ['a cell in row 22', workbookOf(`${one}<row r="22"><c r="A22"><v>1</v></c></row>`), fault('too-many-rows', 21)],
    [
      'a cell in column XFD',
      workbookOf(`${one}<row r="2"><c r="XFD2"><v>1</v></c></row>`),
      fault('too-many-columns', 2, 11),
    ],
    [
      'a column of many letters',
      workbookOf(`${one}<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>`),
      fault('too-many-columns', 2, 11),
    ],
    [
      'entities',
      workbookOf(one, { before: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' }),
      fault('file-declares-entities'),
    ],
    ['a long cell', workbookOf(rowXml(1, ['x'.repeat(101)])), fault('cell-too-long', 1, 1)],
    ['a cell of a megabyte', workbookOf(rowXml(1, ['x'.repeat(1_000_000)])), fault('cell-too-long')],
    ['no sheet', zipOf(workbookParts(one).slice(0, 3)), fault('file-has-no-sheet')],
    ['no relations', zipOf([...workbookParts(one).slice(0, 2), ...workbookParts(one).slice(3)]), fault('file-damaged')],
    [
      'a sheet that ends too soon',
      zipOf(workbookParts(one).map((part) => ({ ...part, content: String(part.content).slice(0, -20) }))),
      fault('file-damaged'),
    ],
    ['half an archive', workbookOf(one).subarray(0, 400), fault('file-damaged')],
    [
      'an encrypted part',
      zipOf(workbookParts(one).map((part) => ({ ...part, encrypted: true }))),
      fault('file-encrypted'),
    ],
    ['a part twice', zipOf([...workbookParts(one), ...workbookParts(one)]), fault('file-damaged')],
  ])('%s', async (_, content, expected) => {
    expect(await xlsx(content)).toEqual(expected)
  })

  describe('bombs', () => {
    const big = Buffer.alloc(30_000_000, 'x')
    const withPart = (content: Buffer, claimedBytes?: number) =>
      zipOf([
        ...workbookParts(one),
        { path: 'xl/sharedStrings.xml', content, ...(claimedBytes === undefined ? {} : { claimedBytes }) },
      ])

    test('a small archive that unpacks to more than the limit', async () => {
      const bomb = withPart(big)
      expect(bomb.length).toBeLessThan(40_000)
      expect(await xlsx(bomb)).toEqual(fault('file-too-large'))
    })

    test('one that claims to be small', async () => {
      expect(await xlsx(withPart(big, 1000))).toEqual(fault('file-damaged'))
    })

    test('one that claims to be huge, and one that claims less than nothing', async () => {
      expect(await xlsx(withPart(Buffer.from('x'), 4_294_967_295))).toEqual(fault('file-too-large'))
      expect(await xlsx(withPart(Buffer.from('x'), 0))).toEqual(fault('file-damaged'))
    })

    test('an archive within the archive stays packed', async () => {
      const nested = zipOf([
        ...workbookParts(one),
        { path: 'xl/embeddings/inner.zip', content: zipOf([{ path: 'x', content: big }]) },
      ])
      expect(await xlsx(nested)).toEqual(table([['a']]))
    })

    test('rows that only the reader would see, far apart', async () => {
      const hidden = workbookOf(`<row r="&#57;00000000"><c r="A&#57;00000000"><v>1</v></c></row>`)
      expect(await xlsx(hidden)).toEqual(fault('file-damaged'))
    })

    test.each(['<c ', '<row ', '<c r="A1" ', '<v', '<!-- '])('a million tags that never end: %s', async (begun) => {
      expect(await xlsx(workbookOf(begun.repeat(1_000_000)))).toEqual(fault('file-damaged'))
    })

    test('a million sheets that never end, and a million texts that nobody reads', async () => {
      const parts = workbookParts(one)
      const endless = parts.map((part) =>
        part.path === 'xl/workbook.xml' ? { ...part, content: '<sheet '.repeat(1_000_000) } : part,
      )
      expect(await xlsx(zipOf(endless))).toEqual(fault('file-damaged'))
      const theme = { path: 'xl/theme/theme1.xml', content: '<b/>'.repeat(10_000_000) }
      expect(await xlsx(zipOf([...parts, theme]))).toEqual(table([['a']]))
    })

    test('tags within tags without end', async () => {
      const deep = '<a>'.repeat(3_000_000)
      expect(await xlsx(workbookOf(deep), { heapMegabytes: 64 })).toMatchObject({ rows: null })
    })

    test('what takes too long is stopped', async () => {
      const content = workbookOf(Array.from({ length: 19 }, (_, index) => rowXml(index + 1, ['a'])).join(''))
      expect(await xlsx(content, { milliseconds: 0 })).toEqual(fault('file-takes-too-long'))
    })
  })

  test('an aborted reading fails', async () => {
    const stopping = new AbortController()
    const reading = xlsx(workbookOf(one), { signal: stopping.signal })
    stopping.abort()
    await expect(reading).rejects.toThrow('stopped')
  })
})

describe('the kind is told by the content', () => {
  const names = (...paths: string[]) => zipOf(paths.map((path) => ({ path, content: 'x' })))
  test.each<[string, Buffer, object]>([
    ['a workbook', workbookOf(''), { kind: 'xlsx' }],
    ['text', Buffer.from('a;b\r\n1;2'), { kind: 'csv' }],
    ['Windows-1252', Buffer.from('æ;ø', 'latin1'), { kind: 'csv' }],
    ['UTF-16 with its mark', Buffer.from('\ufeffa;b', 'utf16le'), { kind: 'csv' }],
    ['UTF-16 without it', Buffer.from('a;b', 'utf16le'), { kind: null, found: 'other' }],
    ['an .ods', names('mimetype', 'content.xml'), { kind: null, found: 'other-archive' }],
    ['half an archive', workbookOf('').subarray(0, 200), { kind: null, found: 'damaged-archive' }],
    [
      'an .xls or an encrypted workbook',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      { kind: null, found: 'old-or-encrypted-workbook' },
    ],
    ['a PDF', Buffer.from('%PDF-1.7\n'), { kind: null, found: 'other' }],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), { kind: null, found: 'other' }],
  ])('%s', (_, content, expected) => {
    expect(tableFileKind(content)).toEqual(expected)
  })
})
