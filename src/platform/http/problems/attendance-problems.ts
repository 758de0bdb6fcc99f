import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals of the rules on attendance and the monthly protocol (src/rules/protocol). */
export const attendanceProblems = {
  'attendance-date-in-future': {
    status: 422,
    title: { da: 'Dagen er ikke kommet endnu', en: 'The day has not come yet' },
    detail: {
      da: 'Fremmøde føres dag for dag, tidligst på dagen selv.',
      en: 'Attendance is kept day by day, on the day itself at the earliest.',
    },
    rule: section('§ 5'),
  },
  'attendance-before-first-meeting': {
    status: 422,
    title: { da: 'Borgeren var ikke kommet endnu', en: 'The citizen had not come yet' },
    detail: {
      da: 'Der føres ikke fremmøde på dage før borgeren første gang kom (firstAttendedOn). Er dagen forkert, trækkes udfaldet af første møde tilbage og meldes igen.',
      en: 'Nobody is there on a day before the citizen first came (firstAttendedOn). If that day is wrong, withdraw the outcome of the first meeting and tell it again.',
    },
    rule: ours,
  },
  'attendance-outside-course': {
    status: 422,
    title: { da: 'Dagen ligger uden for forløbet', en: 'The day lies outside the course' },
    detail: {
      da: 'Fremmøde føres fra første møde til forløbets sidste dag (from, to).',
      en: 'Attendance is kept from the first meeting to the last day of the course (from, to).',
    },
    rule: section('§ 5'),
  },
  'unknown-attendance-code': {
    status: 422,
    title: { da: 'Ukendt fraværskode', en: 'Unknown attendance code' },
    detail: {
      da: 'Brug en kode fra det kodesæt, der gælder den dag (validCodes).',
      en: 'Use a code of the set that is valid on the day (validCodes).',
    },
    rule: section('§ 5'),
  },
  'minutes-do-not-add-up': {
    status: 422,
    title: { da: 'Minutterne går ikke op', en: 'The minutes do not add up' },
    detail: {
      da: 'For hver aktivitet er fremmøde og fravær tilsammen det, der var planlagt den dag (activities).',
      en: 'For each activity, attended and absent minutes together are what was planned that day (activities).',
    },
    rule: section('§ 5'),
  },
  'sickness-message-required': {
    status: 422,
    title: { da: 'Kontaktcentrets besked mangler', en: "Kontaktcentret's message is missing" },
    detail: {
      da: 'Sygdom er først accepteret med besked fra Kontaktcentret: messageOn og periodTo. Ellers bruges sick-reported.',
      en: "Sickness is accepted with Kontaktcentret's message alone: messageOn and periodTo. Otherwise use sick-reported.",
    },
    rule: section('§ 9'),
  },
  'leave-not-approved': {
    status: 422,
    title: { da: 'Jobcentret har ikke godkendt fraværet', en: 'The jobcenter did not approve that leave' },
    detail: {
      da: 'Kun jobcentret kan godkende fravær. Henvis borgeren til jobcentret.',
      en: 'Leave is for the jobcenter to approve. Send the citizen there.',
    },
    rule: section('§ 6'),
  },
  'month-already-submitted': {
    status: 409,
    title: { da: 'Måneden er indsendt', en: 'The month was submitted' },
    detail: {
      da: 'En indsendt måned ændres med en begrundelse (correctionReason); derefter indsendes næste udgave.',
      en: 'A submitted month changes with a reason (correctionReason); submit the next version afterwards.',
    },
    rule: ours,
  },
  'month-not-over': {
    status: 409,
    title: { da: 'Der er planlagte dage tilbage i måneden', en: 'Planned days of the month lie ahead' },
    detail: {
      da: 'Protokollen kan indsendes, når ingen planlagt dag i måneden ligger forude (daysAhead).',
      en: 'The protocol can be submitted when no planned day of its month lies ahead (daysAhead).',
    },
    rule: section('§ 5'),
  },
  'nothing-planned-that-month': {
    status: 409,
    title: { da: 'Intet er planlagt den måned', en: 'Nothing is planned that month' },
    detail: {
      da: 'En måned uden planlagte dage har ingen protokol.',
      en: 'A month without planned days has no protocol.',
    },
    rule: ours,
  },
  'protocol-incomplete': {
    status: 422,
    title: { da: 'Der mangler fremmøde for planlagte dage', en: 'Attendance of planned days is missing' },
    detail: {
      da: 'Registrér fremmødet for missingDates og igen for outdatedDates (planen er ændret), eller navngiv og forklar dem i acceptOpenDifferences.',
      en: 'Record attendance for missingDates, and again for outdatedDates (the plan changed), or name and explain them in acceptOpenDifferences.',
    },
    rule: section('§ 5'),
  },
  'protocol-does-not-reconcile': {
    status: 422,
    title: { da: 'Protokol og fraværsregistreringer passer ikke sammen', en: 'Protocol and absences do not agree' },
    detail: {
      da: 'Ret dagene i differences, eller navngiv og forklar dem i acceptOpenDifferences.',
      en: 'Correct the days in differences, or name and explain them in acceptOpenDifferences.',
    },
    rule: section('§ 5'),
  },
  'citizen-number-in-text': {
    status: 422,
    title: { da: 'Teksten nævner et CPR-nummer', en: 'The text holds a CPR number' },
    detail: {
      da: 'Det, der indsendes, kan ikke ændres bagefter. Skriv teksten uden CPR-numre (errors viser hvor).',
      en: 'What is submitted cannot be changed afterwards. Write the text without CPR numbers (errors says where).',
    },
    rule: ours,
  },
  'day-not-open': {
    status: 422,
    title: { da: 'Dagen står ikke åben', en: 'The day is not open' },
    detail: {
      da: 'acceptOpenDifferences nævner kun dage, der mangler eller ikke passer, hver dag en gang.',
      en: 'acceptOpenDifferences names days that are missing or differ, and each of them once.',
    },
    rule: ours,
  },
  'import-file-not-allowed': {
    status: 422,
    title: { da: 'Filen er hverken CSV eller XLSX', en: 'The file is neither CSV nor XLSX' },
    detail: {
      da: 'Send skabelonen som CSV eller XLSX; det afgøres af indholdet. Gem gamle (.xls), krypterede og andre regneark som XLSX uden adgangskode.',
      en: 'Send the template as CSV or XLSX, told by its content. Save old (.xls), encrypted and other workbooks as XLSX without a password.',
    },
    rule: ours,
  },
  'too-many-imports': {
    status: 409,
    title: { da: 'For mange importer venter', en: 'Too many imports are waiting' },
    detail: {
      da: 'Vent, til en af de ventende importer (unfinished) er færdig.',
      en: 'Wait until one of those that are waiting (unfinished) is over.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
