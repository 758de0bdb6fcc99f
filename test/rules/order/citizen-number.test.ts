import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCprNumber } from '#kernel/citizen-number.ts'
import { citizenNumberCanExist } from '#rules/order/citizen-number.ts'
import { answerOf } from '#test/rules/answer-of.ts'

const numbers = (birthday: string, seventh: number, rest = '123'): string => `${birthday}${seventh}${rest}`

describe('ours: citizen-number-invalid', () => {
  test.each([
    ['0101901234', true],
    ['6101901234', true],
    ['3112991234', true],
    ['9112991234', true],
    ['0001901234', false],
    ['6001901234', false],
    ['3201901234', false],
    ['9201901234', false],
    ['4001901234', false],
    ['0113901234', false],
    ['0100901234', false],
    ['3102901234', false],
    ['010190123', false],
    ['01019012345', false],
    ['010190-1234', false],
    ['010190123a', false],
    ['', false],
  ])('%j: %s', (cpr, can) => {
    expect(isCprNumber(cpr)).toBe(can)
    expect(answerOf(citizenNumberCanExist(cpr))).toBe(can ? 'allowed' : 'citizen-number-invalid')
  })

  // 1900 had no leap day, 2000 had one, and the seventh digit says which of the two it is.
  test.each([
    [0, false],
    [3, false],
    [4, true],
    [5, true],
    [8, true],
    [9, true],
  ])('29 February of the year 00 with the seventh digit %i: %s', (seventh, can) => {
    expect(isCprNumber(numbers('290200', seventh))).toBe(can)
    expect(isCprNumber(numbers('890200', seventh))).toBe(can)
  })

  test('every real birthday of 1858 to 2057 has a number, replacement numbers too, and any last digits will do', () => {
    const day = fc.date({
      min: new Date('1858-01-01T00:00:00Z'),
      max: new Date('2057-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 999 }), fc.boolean(), (date, serial, replacement) => {
        const year = date.getUTCFullYear()
        const seventh = year < 1900 ? 5 : year < 2000 ? 2 : 7
        const two = (value: number) => String(value).padStart(2, '0')
        const birthday = two(date.getUTCDate() + (replacement ? 60 : 0)) + two(date.getUTCMonth() + 1) + two(year % 100)
        expect(isCprNumber(numbers(birthday, seventh, String(serial).padStart(3, '0')))).toBe(true)
      }),
    )
  })
})
