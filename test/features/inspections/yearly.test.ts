import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { controlPointCodes } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find } from './support.ts'

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const { organisations, agreements } = demo
type Found = {
  orderId: string
  supplierId: string
  municipality: string
  point: string
  outcome: string
  severity?: number
}
type Row = Record<string, number> & { supplier: { id: string; name: string }; controlPoints: Record<string, unknown>[] }

let portal: TestPortal
/** What stands, by inspection, course and point. */
const standing = new Map<string, Found>()
/** The courses that each inspection looked at: supplier and municipality. */
const lookedAt: { inspection: string; orderId: string; supplierId: string; municipality: string }[] = []

/** A generator of its own, so that the world is varied and the same each time. */
const dice = (() => {
  let state = 7
  return (sides: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648
    return Math.floor((state / 2147483648) * sides)
  }
})()

const inspect = async (changes: Record<string, unknown>, count: number): Promise<{ id: string }> => {
  const inspection = await drawn(portal, { ended: 0, running: 200, ...changes })
  for (const course of inspection.courses) {
    lookedAt.push({
      inspection: inspection.id,
      orderId: course.orderId,
      supplierId: course.supplierId,
      municipality: course.residenceMunicipality,
    })
  }
  const versions = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const course = inspection.courses[dice(inspection.courses.length)]
    const point = controlPointCodes[dice(controlPointCodes.length)] as string
    const outcome = ['in-order', 'irregularity', 'irregularity', 'not-applicable'][dice(4)] as string
    const severity = outcome === 'irregularity' ? [undefined, 1, 2, 3][dice(4)] : undefined
    const key = `${inspection.id} ${course.orderId} ${point}`
    const version = versions.get(key)
    must(
      await find(
        portal,
        inspection,
        course.orderId,
        point,
        { outcome, ...(severity ? { severity } : {}) },
        version === undefined ? {} : { ifMatch: `"${version}"` },
      ),
    )
    versions.set(key, (version ?? 0) + 1)
    standing.set(key, {
      orderId: course.orderId,
      supplierId: course.supplierId,
      municipality: course.residenceMunicipality,
      point,
      outcome,
      ...(severity ? { severity } : {}),
    })
  }
  return inspection
}

const yearly = (year = 2026, client = 'auditor-koebenhavn', accept = 'application/json') =>
  portal.as(client).get('/v1/inspections/yearly', { query: { year }, headers: { accept } })

const distinct = (of: readonly { orderId: string }[]): number => new Set(of.map(({ orderId }) => orderId)).size
const tallyOf = (found: readonly Found[]) => ({
  judged: found.length,
  inOrder: found.filter(({ outcome }) => outcome === 'in-order').length,
  notApplicable: found.filter(({ outcome }) => outcome === 'not-applicable').length,
  irregularities: found.filter(({ outcome }) => outcome === 'irregularity').length,
  slight: found.filter(({ severity }) => severity === 1).length,
  notable: found.filter(({ severity }) => severity === 2).length,
  grave: found.filter(({ severity }) => severity === 3).length,
  unrated: found.filter(({ outcome, severity }) => outcome === 'irregularity' && severity === undefined).length,
  coursesJudged: distinct(found),
  coursesIrregular: distinct(found.filter(({ outcome }) => outcome === 'irregularity')),
})
const byPoint = (found: readonly Found[]) => ({
  ...tallyOf(found),
  controlPoints: controlPointCodes.map((code) => ({
    controlPoint: code,
    ...tallyOf(found.filter(({ point }) => point === code)),
  })),
})
const foundAt = (supplierId: string) => [...standing.values()].filter((one) => one.supplierId === supplierId)

beforeAll(async () => {
  portal = await testPortal()
  await portal.sql(`update organisations set name = '=1+1' where id = $1`, [organisations.supplierSyd.id])
  // Of another year, and counted there.
  portal.clock.set('2025-12-31T22:59:59.000Z')
  const before = must(
    await portal.as('auditor-koebenhavn').get('/v1/inspections/yearly', { query: { year: 2025 } }),
  ).body
  expect(before).toMatchObject({ rows: [], totals: { inspections: 0, courses: 0, judged: 0 } })
  portal.clock.set('2026-03-13T10:00:00.000Z')
  await inspect({}, 40)
  const closed = await inspect({ residenceMunicipality: '0101' }, 30)
  must(await close(portal, closed, { notJudged: [{ reason: 'Resten er ikke set' }] }))
  await inspect({ supplierId: organisations.supplierSyd.id }, 5)
})

describe('the yearly table for the committee', () => {
  test('adds up with the findings that stand: per supplier and agreement, by point and severity, and in total', async () => {
    const { body } = must(await yearly())
    expect(standing.size).toBeGreaterThan(50)
    expect(body.rows.map((row: Row) => row.supplier.name)).toEqual(['=1+1', organisations.supplierNord.name])
    for (const [index, supplier] of [organisations.supplierSyd, organisations.supplierNord].entries()) {
      const own = lookedAt.filter(({ supplierId }) => supplierId === supplier.id)
      const inspections = new Set(own.map(({ inspection }) => inspection)).size
      expect(body.rows[index]).toMatchObject({
        supplier: { id: supplier.id },
        inspections,
        closedInspections: 1,
        closedUnjudged: 0,
        courses: distinct(own),
        coursesDrawn: own.length,
        discardedInspections: 0,
        ...byPoint(foundAt(supplier.id)),
      })
      expect(inspections).toBe(2)
    }
    expect(body.rows[1].frameworkAgreement).toEqual({
      id: agreements.supplierNord.id,
      title: agreements.supplierNord.title,
    })
    expect(body.totals).toEqual({
      inspections: 3,
      closedInspections: 1,
      closedUnjudged: 0,
      discardedInspections: 0,
      courses: distinct(lookedAt),
      coursesDrawn: lookedAt.length,
      ...byPoint([...standing.values()]),
    })
    // Courses were drawn twice, so that the two numbers are told apart.
    expect(body.totals.courses).toBeLessThan(body.totals.coursesDrawn)
    expect(body.totals.coursesIrregular).toBeLessThan(body.totals.irregularities)
    expect(body.discarded).toEqual([])
    for (const name of ['courses', 'coursesDrawn', 'coursesIrregular', 'judged', 'irregularities', 'grave']) {
      expect(body.rows.reduce((sum: number, row: Row) => sum + (row[name] ?? 0), 0)).toBe(body.totals[name])
    }
  })

  test('is the same in CSV and in a workbook, and nothing in it is calculated', async () => {
    const { body } = must(await yearly())
    const csv = must(await yearly(2026, 'auditor-koebenhavn', 'text/csv'))
    expect(csv.headers['content-disposition']).toBe('attachment; filename="tilsyn-2026.csv"')
    const lines: string[][] = parse(csv.text, { bom: true, delimiter: ';' })
    expect(lines).toHaveLength(1 + 2 * controlPointCodes.length)
    const table = (row: Row, cells: (point: Record<string, unknown>) => unknown[]) => row.controlPoints.map(cells)
    const expected = body.rows.flatMap((row: Row) =>
      table(row, (point) => [
        row.supplier.name === '=1+1' ? "'=1+1" : row.supplier.name,
        ...[row['inspections'], row['closedInspections'], row['closedUnjudged']],
        ...[row['discardedInspections'], row['courses'], row['coursesDrawn'], point['controlPoint']],
        ...[point['judged'], point['inOrder'], point['notApplicable'], point['irregularities']],
        ...[point['slight'], point['notable'], point['grave'], point['unrated']],
        ...[point['coursesJudged'], point['coursesIrregular']],
      ]).map((cells) => cells.map(String)),
    )
    expect(lines.slice(1).map((line) => [line[0], ...line.slice(2, 8), line[9], ...line.slice(11)])).toEqual(expected)
    const workbook = must(await yearly(2026, 'auditor-koebenhavn', xlsx))
    expect(workbook.headers['content-type']).toBe(xlsx)
    const sheet = await readSheet(workbook.bytes, 'Tilsyn 2026')
    expect(sheet.slice(1).map((cells) => cells.slice(2))).toEqual(
      body.rows.map((row: Row) => [
        ...[row['inspections'], row['closedInspections'], row['closedUnjudged']],
        ...[row['discardedInspections'], row['courses']],
        ...[row['coursesDrawn'], row['judged'], row['inOrder'], row['notApplicable'], row['irregularities']],
        ...[row['slight'], row['notable'], row['grave'], row['unrated'], row['coursesJudged'], row['coursesIrregular']],
      ]),
    )
    const points = await readSheet(workbook.bytes, 'Kontrolpunkter')
    expect(points.slice(1).map((cells) => cells.slice(11).map(String))).toEqual(
      lines.slice(1).map((line) => line.slice(11)),
    )
  })

  test("Dragør's auditor reads Dragør's courses in every figure; the administration all of them", async () => {
    const { body } = must(await yearly(2026, 'auditor-dragoer'))
    const own = [...standing.values()].filter(({ municipality }) => municipality === '0155')
    expect(own.length).toBeGreaterThan(0)
    expect(body.rows).toHaveLength(1)
    const courses = lookedAt.filter(({ municipality }) => municipality === '0155').length
    expect(body.totals).toEqual({
      ...{
        inspections: 1,
        closedInspections: 0,
        closedUnjudged: 0,
        discardedInspections: 0,
        courses,
        coursesDrawn: courses,
      },
      ...byPoint(own),
    })
    expect(must(await yearly(2026, 'administrator')).body).toEqual(must(await yearly()).body)
  })

  test('is of the year in Copenhagen in which an inspection was drawn, and for inspectors alone', async () => {
    portal.clock.set('2026-12-31T23:00:00.000Z')
    await drawn(portal, { running: 1, ended: 0 })
    expect(must(await yearly(2027)).body.totals).toMatchObject({ inspections: 1, courses: 1, judged: 0 })
    expect(must(await yearly(2026)).body.totals.inspections).toBe(3)
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'ydelse-dragoer']) {
      expect(refusal(await yearly(2026, client))).toEqual([403, 'forbidden'])
    }
    expect(refusal(await portal.as('administrator').get('/v1/inspections/yearly'))).toEqual([400, 'invalid-request'])
    expect((await yearly(2026, 'administrator', 'image/png')).status).toBe(406)
  })
})
