/**
 * The words by which other benefits and complaints are told from the course itself (§ 3), for Danish text as
 * `folded-text.ts` folds it: lower case, composed, one blank between words. Ours; measured on labelled sentences in
 * test/rules/report. Every repetition has an upper bound, so that looking at a text takes time in proportion to its length.
 */

/** What a passage speaks of. `complaint` takes in what goes with one: appeal, objection, access to the file. */
export const outsideTopics = [
  'early-retirement-pension',
  'rehabilitation-benefit',
  'unemployment-allowance',
  'flex-job-benefit',
  'complaint',
  'other-benefit',
] as const
export type OutsideTopic = (typeof outsideTopics)[number]

/** The rest of a word. */
const any = '\\p{L}{0,40}'
/** Where a compound is written in one, in two or with a hyphen. */
const joint = '(?:- ?| )?'
/** So many words at most, with whatever stands at them. */
const upTo = (count: number): string => `(?:\\S{1,45} ){0,${count}}`
/** The same within a clause. */
const words = (count: number): string => `(?:[^\\s,]{1,45} ){0,${count}}`
const oneOf = (list: readonly string[]): string => `(?:${list.join('|')})`

/** Danish letters as they are typed without a Danish keyboard. */
const spelled = (pattern: string): string =>
  pattern.replaceAll('ø', '(?:ø|oe|ö|o)').replaceAll('å', '(?:å|aa|a)').replaceAll('æ', '(?:æ|ae|ä)')

const starts = '(?<!\\p{L})'
const ends = '(?!\\p{L})'
const matcher = (pattern: string, flags = 'u'): RegExp => new RegExp(spelled(pattern), flags)

const pension = 'pen[sct]{1,2}[ij]?on'
const flexJob = `(?:(?:mini|mikro|micro)-?)?fle(?:ks|x|kx|ksx|xs|cks|gs)${joint}jobb?`

/** Named anywhere, these speak of the benefit. */
const earlyRetirement = [
  `\\p{L}{0,24}føre?${joint}ti(?:d|ds|s|dds)?${joint}${pension}${any}`,
  `førtidig ${pension}${any}`,
  `${pension}er(?:et|es|ing) (?:før tid|førtidigt)`,
  `invalide${joint}${pension}${any}`,
  `føp${ends}(?:${joint}(?:sag|ansøg)${any})?`,
  `fp${joint}(?:sag|ansøg)${any}`,
  `${pension}s?${joint}(?:sag|ansøg|afgørels|tilkend|nævn|udvalg|vurder|papir|spor|spørgsmål)${any}`,
  `${pension}er(?:es|ing${any})`,
  `pensioneret`,
]

/** These too, but the citizen of that target group (revalidend) is none. */
const revalider = 'va(?:l[ie]{0,2}|il)d[ie]{0,2}r(?:ing|ng|et|es|e)'
const rehabilitation = [`\\p{L}{0,24}r[ea]${revalider}${any}`, `(?:for|virksomheds)?re(?:- ?| )${revalider}${any}`]

const unemploymentAllowance = [`\\p{L}{0,24}ledige?hed(?:s|ens)?${joint}ydelse${any}`]

/** A flex job as a benefit by the word alone. */
const flexJobBenefit = [
  `${flexJob}s?${joint}(?:ansøg|bevil|visit|til ?skud|godkend|sag|ordning|indstil|berettig|tilkend|ydelse|afslag|papir|afgørelse|vurdering|reform|regl)${any}`,
  `fle(?:ks|x)${joint}(?:bidrag|lønn?s?${joint}tilskud|tilskud|ydelse)${any}`,
]

/** A flex job by itself: the course's own goal, unless something beside it says otherwise. */
const flexJobPlain = [`${flexJob}(?:s|bet|bets|bene|et)?${ends}`]

const complaintWord = [`\\p{L}{0,24}klag${any}(?: over${ends})?`]

const appealAlways = [
  `\\p{L}{0,24}anke(?:styrelse|sag|instans|nævn|frist|mulig|myndighed|vejled|udvalg)${any}`,
  `anken${ends}`,
  `på-?klag${any}`,
  `${any}ombudsm[aæ]nd${any}`,
  `borger${joint}rådgiver${any}`,
  `akt${joint}indsigt${any}`,
  `indsigelse${any}`,
  `gen${joint}vurdering${any}`,
  `retssag${any}`,
  `lægge? sag an${ends}`,
  `(?:før(?:e|er|te|t)|rejs(?:e|er|te|t)|anlægge[rs]?|anlagt) (?:en )?(?:rets)?sag(?:en)? mod${ends}`,
  `sagsøg(?:e|er|t|te)${ends}`,
]

/** To appeal, which also means to grumble. */
const appeal = ['anke(?:t|de)?(?: over)?']

const otherBenefit = [
  `efter${joint}løn(?!n?ings)${any}`,
  `senior${joint}${pension}(?!ist)${any}`,
  `tidlig ${pension}${any}`,
  `arne${joint}${pension}${any}`,
  `folke${joint}${pension}(?!s?${joint}alder|ist)${any}`,
  `bolig${joint}(?:støtte|sikring|ydelse|tilskud)${any}`,
  `enkelt${joint}ydelse${any}`,
  `merudgift${any}`,
  `tabt arbejdsfortjeneste`,
  `udbetaling danmark${any}`,
  `(?:erhvervsevnetab|méngrad|ménerstatning)${any}`,
  `invaliditets${joint}ydelse${any}`,
  `handicap${joint}tillæg${any}`,
  `børne${joint}(?:tilskud|penge|ydelse|bidrag)${any}`,
  `særlig støtte${ends}`,
  `${any}fripladst?${any}`,
  `(?:personligt tillæg|helbredstillæg|varmehjælp|varmetillæg)${any}`,
  `arbejds${joint}skade${joint}(?:s)?(?:sag|erstatning|styrelse|anmeld)${any}`,
  `${any}erstatnings${joint}(?:sag|krav)${any}`,
  `(?:ældre|varme|børne)${joint}check${any}`,
  `(?:del${joint}${pension}|plejevederlag|orlovsydelse)${any}`,
  `(?:barsels|ferie)${joint}dagpenge${any}`,
  `(?:bolig|beboer)?(?:indskuds|depositums)${joint}lån${any}`,
  `(?:flytte|begravelses)${joint}hjælp(?!er)${any}`,
]

/** Found only where they are asked for, granted or refused. */
const benefitNoun = [
  `økonomisk (?:hjælp|støtte|tilskud|bistand)`,
  `(?:kontant|uddannelses|start|engangs|social|overgangs|integrations|løbende |nød)${joint}hjælp(?:en)?${ends}`,
  `(?:bo|husleje|forsørgelses|repatrierings)${joint}støtte(?:n)?${ends}`,
  `\\p{L}{0,24}(?:ydelse|dagpenge|sygepenge)(?:n|r|rne)?${ends}`,
  `\\p{L}{0,24}(?:tilskud|tillæg|bidrag|lån|legat|erstatning|refusion)(?:det|et|en)?${ends}`,
  `hjælp(?= til ${upTo(2)}(?:husleje|indskud|depositum|medicin|tand|tænder|briller|flytning|regning|udgift))`,
  `dækning(?= af ${upTo(2)}(?:udgift|husleje|medicin))`,
  `su${ends}(?!-)`,
]

/** Support to work or learn, which the course itself may ask for. */
export const courseSupport = matcher(`^(?:løn${joint}tilskud|befordring|transport|service|tjeneste)`)

/** Every word worth a look; the group says what it would be. */
export const mentions = new RegExp(
  spelled(
    (
      [
        ['pension', earlyRetirement],
        ['rehabilitation', rehabilitation],
        ['unemployment', unemploymentAllowance],
        ['flexBenefit', flexJobBenefit],
        ['flexJob', flexJobPlain],
        ['appealAlways', appealAlways],
        ['appeal', appeal.map((one) => `${one}${ends}`)],
        ['appealOfDecision', [`anker${ends}`]],
        ['decisionUndone', [`gen${joint}optag${any}`, `indbring${any}`, `omgør${any}`, 'omgjort']],
        ['complaint', complaintWord],
        ['other', otherBenefit],
        ['shortPension', [`fp${ends}`]],
        ['barePension', [`${pension}(?:en)?${ends}`]],
        ['inCourt', [`(?:i|for) retten${ends}`]],
        ['decisionChanged', [`ændr(?:e|er|et|es|ing)${ends}`]],
        [
          'disagrees',
          [
            `(?:utilfreds|uenig)(?:e|hed|heden)?${ends}`,
            `protest(?:er)?${any}`,
            `(?:uretfærdigt|urimeligt|dårligt|forkert) behandlet`,
          ],
        ],
        ['benefitNoun', benefitNoun],
      ] as const
    )
      .map(([name, list]) => `${starts}(?<${name}>${oneOf(list)})`)
      .join('|'),
  ),
  'gu',
)

/** Citizens by the benefit that makes their target group. */
export const targetGroup = matcher(`modtager${any}$|^revalidend|borger(?:e|en|ne)?$|^\\S*visitere(?:t|de)$`)
/** … and the same in other words, right before the benefit: "modtagere af", "borgere på". */
export const receiversOf = matcher(`${starts}(?:modtager(?:e|en|ne)? af|(?:borgere?|ledige|personer|deltagere) på) $`)

/** First parts of compounds that are complaints: whoever complains, and what stands with a linking letter. */
const complaintOf = `(?:politi|kommune|nabo|kunde|gæste|mentor|læge|elev|patient|forældre|støj|syge|med|leverandør|vold|chikane|mobbe|\\p{L}{0,20}(?:er|ings|heds|elses?|ions|sags|arbejds|ydelses?|tids|medlems|penge|hjælps?|støtte|service|personale|miljø))`
/**
 * Words that hold the stem of complaining and mean something else: sorry, accused, a lament, a depot ("logistiklager",
 * "dæklager").
 */
export const noComplaint = matcher(
  `^(?:an|be|ve|mis)klag|^klag(?:e(?:sang|mur|skrig|råb|kvinde|lyd)|end)|^(?!politi)\\p{L}{1,24}iklag|^(?!${complaintOf}klag)\\p{L}{2,24}klager(?:ets?|e|nes?|s)?(?: over)?$`,
)
/** Complaints of customers are part of work in a shop: "klager fra kunder", "kunden klagede". */
const customer = `(?:kunde(?:n|r|rne)?|gæst(?:en|er|erne)?)`
export const customersBefore = matcher(`${starts}${customer},? (?:(?!og )[^\\s,]{1,45} ){0,2}$`)
export const customersComplaint = matcher(`^(?:kunde|gæste)r?klag`)
export const fromCustomers = matcher(`^ (?:fra|af) ${words(2)}${customer}${ends}`)

const asking = [
  `(?:an)?søg(?:e|er|t|te|es|ning(?:en|er|erne)?)? ${upTo(3)}om`,
  `(?:afslag|afslaget|afvist|afvisning|svar|tilsagn) ${upTo(1)}(?:på|om|til)`,
  `bevil${any}`,
  `(?:fra${joint}(?:tag|kend)|revurder)${any}`,
  `${any}(?:skema|skemaet|papirer|papirerne|blanket|blanketten) (?:til|på|om)`,
  `til${joint}kend(?:e|es|t|te|else|elsen)`,
  `(?:ret|retten|adgang|berettiget|berettigelse) til`,
  `(?:regler|reglerne|kriterier|kriterierne|betingelser|betingelserne|målgruppe|målgruppen|krav|kravene) for`,
  `(?:sag|sagen|afgørelse|afgørelsen) (?:om|vedr\\.?|vedrørende|omkring)`,
]

const applying = 'ansøg(?:e|er|t|te|es|ning(?:en|er|erne)?)'
/** Asked for, granted or refused, in the few words before the benefit. */
export const askedBefore = matcher(`${starts}${oneOf([...asking, applying, 'søg(?:e|er|t|te|es)'])} ${upTo(4)}$`)

/** What makes a flex job a benefit, in the words before it; an application to one is for the work. */
export const flexJobAskedBefore = matcher(
  `${starts}${oneOf([
    ...asking,
    `${applying}(?! til)`,
    `god${joint}kend(?:e|es|t|te|else|elsen)`,
    `visit(?:er|ere|eres|eret|ering|eringen|ation|ationen)`,
    `indstil(?:le|ler|les|let|lede|ling|lingen)?(?! på)`,
    `(?:rehab${any}|${any}team(?:et|ets)?|sag(?:en)?) ${words(5)}(?:med henblik på|mhp\\.?|til|om|omkring|vedr\\.?)`,
    `(?:kommune|jobcent|forvaltning)${any} ${words(4)}(?:give|giver|tildele|tildeler|afgøre|afgør|beslutte|beslutter)`,
    `taget? stilling til`,
  ])} ${upTo(4)}$`,
)
/** To look for one: a benefit only if no place of work follows. */
export const flexJobSoughtBefore = matcher(`${starts}søg(?:e|er|t|te|es) (?:et )?$`)
export const flexJobSoughtAsWork = matcher(
  `^ ${upTo(2)}(?:som|hos(?! ${any}(?:kommune|jobcent))|i(?! \\d)|inden ?for|på(?! grund)|ved(?! ${any}(?:kommune|jobcent))|(?:via|gennem)(?! ${upTo(2)}${any}(?:kommune|jobcent))|med|nær|tæt|aktivt|der|blandt)${ends}`,
)
/** The goal stands between: "praktikken er godkendt, og målet er et fleksjob". */
export const ownGoal = matcher(`${starts}(?:${any}mål(?:et|ene|sætning(?:en)?)?|realistisk|afprøve${any})${ends}`)
/** What makes a flex job a benefit, in the words behind it. */
export const flexJobAskedAfter = matcher(
  `^ (?:er |blev |bliver |kan |skal |bør |vil |være |blive |nu |endnu |ikke |også |snart ){0,4}(?:bevil|til${joint}kend|godkend|visiter|ansøg|afslå|afvist|fratag|frakend|revurder|søgt om|søgt${ends}(?! (?:som|hos|i)))|^${joint}(?:og|eller|kontra|frem for|/) ?${upTo(2)}(?:før|føp|pension|ledighedsyd|revalider)`,
)
/** … and the other benefit first: "førtidspension eller fleksjob". */
export const besideBenefit = matcher(
  `(?:${pension}|føp|ledighedsydelse|revalidering)${any} ?(?:og|eller|kontra|frem for|/) ?(?:et )?$`,
)

/** Part of a wage, not a benefit: "overenskomsten giver pension". */
export const pensionOfWages = matcher(
  `${starts}(?:${any}(?:løn|lønnen|overenskomst|opsparing|forsikring|arbejdsgiver|indbetal|ansættelse)${any}|ferie${any})`,
)
/** Asked for, granted or on it, right before the abbreviation. */
export const pensionAskedBefore = matcher(
  `${starts}${oneOf([...asking, applying, 'søg(?:e|er|t|te|es)', 'indstil\\p{L}{0,6} til', `ønske(?:r|t|de)?|have|få(?:et|r)?|på|mhp\\.?|om`])} (?:en |sin |om |på |tilkendt ){0,3}$`,
)

/** Health, and what surrounds somebody at work: telling of it is part of what the course learns of the citizen. */
const ailment = oneOf([
  `${any}smerte${any}|${any}pine|ondt`,
  `træt(?:hed${any})?|udmatt${any}|udkørt|afkræft${any}|svimmel${any}|kvalme|utilpas${any}|ubehag${any}`,
  `søvn${any}|uro|stress${any}|angst${any}|bekymring${any}|depression${any}`,
  `(?:knæ|hånd|fod|finger|lænde|hofte|skulder|kæbe|under|over|ende)?(?:ryg|nakke|skulder|hofte|lænd|mave|hoved|hals|øje|øre|finger|tand|arm|hånd|albue|fod|ankel|knæ|ben|krop|led|hud|fødder|hænder|ører|øjne|tæer|tænder|skuldre|muskler)(?:gen|ken|ren|ten|den|en|et|n|ne|ene|pen|nen|s)?`,
  `tinnitus|${any}gigt|${any}allergi|feber|hoste|kramper?|åndenød|vejrtrækning${any}|migræne${any}`,
  `symptom${any}|bivirkning${any}|(?:helbreds|ryg|mave|syns|høre|hukommelses|koncentrations)problemer|gener(?:ne)?`,
  `hævelse${any}|hævede|ømhed|øm|stiv(?:hed)?|kløe|eksem|hukommelse${any}|koncentration${any}|sygdom${any}|helbred${any}`,
  `kulde${any}|varme${any}|støj${any}|larm${any}|træk(?:ken)?|lugt${any}|lyset|belysning${any}|indeklima${any}|sult${any}|tørst`,
])
/** What is complained of is an ailment; an "og" begins another matter. */
export const ofAilment = matcher(
  `^(?: (?!og )[^\\s,]{1,45}){0,3}? (?:over|om|omkring|pga\\.?)(?:,? (?!og )[^\\s,]{1,45}){0,5}?,? ${ailment}${ends}`,
)

/** What an authority decides: a complaint that names it is one, whatever else is said. */
export const ofAuthority = matcher(
  oneOf([
    `${starts}${any}(?:afgørelse|sanktion|ydelse|afslag|klagefrist|sagsbehandlingstid|kontanthjælp)${any}`,
    `${starts}(?:over|mod|til),? ${words(3)}(?:${any}(?:kommune|jobcent|sagsbehand|forvaltning|myndighed|borgerservice)${any}|[ka]-kasse${any})`,
    `${starts}(?:over|mod),? ${words(3)}${any}(?:leverandør|vejleder|konsulent|mentor|underviser|rådgiver|visitation)${any}`,
  ]),
)
/** Nothing was complained of. */
export const deniedBefore = matcher(
  `${starts}(?:(?:ikke|aldrig|sjældent) (?:har |have |været |modtaget |længere |siden |selv |nogen ){0,3}|uden (?:at |nogen |egentlige ){0,2}|(?:ingen|hverken) (?:\\p{L}{1,30} ){0,2})$`,
)
export const deniedAfter = matcher(`^klag(?:er|ede|et)(?: over)? (?:ikke|aldrig|sjældent)${ends}`)
/** "Klage sig" is to moan. */
export const moaning = matcher(`^ (?:ikke |aldrig )?sig${ends}(?! over)`)

/** What an appeal, a reopening or a disagreement is about when it counts. */
export const ofDecision = matcher(
  `${starts}(?:${any}(?:afgørelse|kendelse|sanktion|afslag|beregning)${any}|(?:sag|sagen|sin sag|hendes sag|hans sag|borgers sag)${ends})`,
)
/** … right behind it: "ændre afgørelsen". */
export const decisionNext = matcher(`^ ${words(2)}${any}(?:afgørelse|kendelse|sanktion)`)
/** A court of law, not "in the dish". */
export const court = matcher(`${starts}(?:slæb|stævn|kommune|jobcent|mød|vidn|træk|bring|sag|anlæg|dom|advokat)${any}`)
/** … and the authority, for whoever is dissatisfied. */
export const ofDecisionOrAuthority = matcher(
  `^,? (?:${any} )?(?:med|mod|i|om|over|af),? ${upTo(3)}(?:${any}(?:afgørelse|sanktion|afslag|kommune|jobcent|sagsbehand|beregning|forvaltning|ydelsesservice|myndighed)${any}|k-kasse${any}|sin sag${ends})`,
)
