/**
 * The words by which § 9's own sickness is told from everything else, in Danish and English. Ours; measured on labelled
 * texts in test/rules/absence. Lower case, composed (NFC).
 */

/** Whole words, not parts of others: "syg" but not "sygeplejerske", and å, æ, ø are letters like the rest. */
const whole = (list: readonly string[]): string => `(?<!\\p{L})(?:${list.join('|')})(?!\\p{L})`

const any = '\\p{L}*'
const upTo = (count: number): string => `(?:\\p{L}+ ){0,${count}}`
const body =
  '(?:maven|ryggen|nakken|halsen|hovedet|hjertet|skulderen|albuen|armen|hånden|håndleddet|hoften|knæet|benet|foden|anklen|lænden|øret|øjet|stemmen|blodtrykket|blodsukkeret)'
const limb = `(?:ben|arm|hånd|fod|finger|tå|tæer|ribben|næse|ankel|ankl|ryg|knæ|nakke|hoved|skulder|albue|hofte|kravebe|mave|hals)${any}`

/** Being ill, hurt or treated for it. */
const sickness = [
  // syg and its compounds, named one by one: sygeplejerske, sygedagpenge, sygesikring and sygehus are none of them
  `(?:små|halv|døds|kræft)?sygg?[et]?|sgy|syyg`,
  `${any}sygdom${any}`,
  'sygedag(?:e|en|ene)?',
  `syge(?:fravær|melding|meldt|melde|orlov|periode|time|leje)${any}`,
  `sygmeld${any}`,
  `(?:roskilde|omgangs|sukker|køre|bevægelses)syge${any}`,
  // feeling ill
  `sløj${any}`,
  `utilpas${any}`,
  `skrant${any}`,
  '(?:dårligt|skidt) tilpas',
  `ha(?:r|vde|ft) det ${upTo(3)}(?:dårligt|skidt|elendigt|ringe)`,
  `ha(?:r|vde) det (?:psykisk|fysisk|mentalt) ${upTo(2)}svært`,
  `ha(?:r|vde) det ikke ${upTo(2)}godt`,
  `f(?:år|ik|ået) det ${upTo(2)}(?:dårligt|skidt)`,
  `føl(?:er|te) sig ${upTo(2)}(?:dårlig|skidt|svag)`,
  `ikke ${upTo(1)}(?:rask|raskmeldt|frisk(?! på)|på toppen)`,
  `(?:er|var|være|bliver|blev|blevet|sig|selv) ${upTo(1)}dårlig(?! til)`,
  `(?:psykisk|fysisk) (?:dårlig|syg|nedbrudt|ustabil|sårbar)`,
  `helbredsmæssig${any}`,
  'ildebefindende',
  'faldt om',
  `svimmel${any}`,
  `besvim${any}`,
  'sengeliggende',
  'ligger i sengen',
  // infections and the like
  `(?:stærkt )?forkøl${any}`,
  `snottet|hæs|host(?:e|er|ede|en)`,
  `${any}influenza${any}`,
  `feber${any}`,
  `corona${any}`,
  `covid${any}`,
  `${any}betændelse${any}`,
  `${any}infektion${any}`,
  `smittet|skoldkopper|penicillin`,
  `kvalme${any}`,
  `opkast${any}`,
  `kast(?:e|er|ede|et) ${upTo(1)}op`,
  `brækk?(?:er|ede|et) sig`,
  `diarr[eé]${any}`,
  `mave(?:onde|virus|problemer|kramper|tilfælde|syge)`,
  `${body} (?:er|var|har|driller|drillede|værker|svigter)`,
  `(?:noget|vand|problemer|besvær|bøvl|knas|en virus) (?:i|med) ${body}`,
  `(?:tabt|mistet) stemmen`,
  `(?:støtte|gå|stå) på ${body}`,
  `(?:gigt|allergi|astma|migræne)${any} (?:er slem|driller)`,
  '(?:gået|hoppet) af led',
  // pain and injuries
  `migræne${any}`,
  `(?:hoved|tand|øre|mave|ryg)pine${any}`,
  `${any}smerter${any}`,
  'ondt(?! af| at)',
  `smertestillende|afkræftet|udmattet|bevidstløs${any}|kollaps${any}`,
  `(?:halsonde|nyresten|galdesten|bronkitis|virus|karantæne|gips|krykker|psykose${any}|selvmord${any}|abstinens${any})`,
  `epilep${any}`,
  `${any}blødning${any}`,
  `hjerte(?:anfald|stop|problemer)`,
  `brandsår|forbrændt|forbrænding`,
  `vagtlæge${any}`,
  `hold(?:e|er) sengen|(?:ligge|blive|bliver|blev|ryger|røg) i seng(?:en)?`,
  'i temperatur',
  `(?:har|havde|fået|fik) det ${upTo(1)}værre`,
  'hold i (?:ryggen|nakken|lænden)',
  `(?:dårlig|slem)t? (?:mave|ryg|hals|nakke|knæ|hofte|helbred)`,
  `(?:brækket|brækkede|slået|slog|forstuvet|forstuvede) ${upTo(1)}${limb}`,
  `forstuv${any}`,
  `hjernerystelse${any}`,
  `diskusprolaps${any}`,
  `blodprop${any}`,
  `${any}gigt(?:en|anfald)?`,
  `astma${any}`,
  `allergi${any}`,
  'udslæt',
  // treatment
  `kræft${any}`,
  `kemo(?:terapi|behandling|en)?`,
  `operer(?:et|es|ede)`,
  'operation(?:en)?',
  `indlagt|indlægges|indlæggelse${any}`,
  `(?:ligger|lå) på ${any}(?:hospital|sygehus)${any}`,
  `skadestue${any}`,
  'ambulancen?',
  // the mind
  `stress(?!ende)${any}`,
  `depress${any}`,
  `deprim${any}`,
  `angst(?!provokerende)${any}`,
  `panik(?:anfald|angst)${any}`,
  'udbrændt',
  'ptsd',
  // English
  `sick${any}`,
  `ill(?:ness${any})?`,
  'flu',
  `fever${any}`,
  `unwell|poorly`,
  `not feel(?:ing)? ${upTo(1)}(?:well|good|great)`,
  `fe(?:els?|eling|lt) ${upTo(1)}(?:bad|dizzy|terrible|awful)`,
  `${any}(?:head|stomach|tooth|back) ?ache${any}`,
  `migraine${any}`,
  `nause${any}`,
  `vomit${any}`,
  'thr(?:ow|ows|ew|owing|own) up',
  `cough${any}`,
  'sore throat',
  '(?:has|had|got|caught|with) (?:a|bad|a bad) cold',
  'food poisoning',
  `(?:stomach|back|knee|chest|neck) (?:bug|flu|pains?|problems?)`,
  `pains?(?! point)|cramps|asthma|allerg(?:y|ies|ic)|concussion|pneumonia|rash|stroke|temperature|twisted (?:his|her|my|an)`,
  `broken? (?:his|her|my|a|an) ${any}`,
  `injur${any}`,
  `sprain${any}`,
  'hurt (?:his|her|my)',
  'in (?:the )?hospital',
  `hospitali[sz]ed`,
  `dizz${any}`,
  `anxiety|panic attacks?`,
  'surgery',
]

/** Phrases that hold such a word and speak of no sickness, or say that there is none. */
const harmless = [
  'sygt(?= (?:meget|mange|travlt|langt|svært|sent|tidligt|god|træls|irriterende|kedelig))',
  '(?:er|var|har) (?:\\p{L}+ )?ikke (?:længere |været |blevet )?(?:meldt sig |meldt )?syg',
  'ikke (?:er|var|har været|føler sig|syntes at være) syg',
  'ikke (?:længere syg|syg længere|sygemeldt sig|syge?meldt længere)',
  `(?:ingen|uden) syge?melding${any}`,
  'uden at (?:melde|have meldt) sig syg',
  `(?:endt|udløbet|ophørt) syg${any}`,
  `syge(?:periode|melding)${any} (?:er |var )?(?:udløb|udløbet|ophørt|ophørte|slut|sluttede|forbi)`,
  'kræftens bekæmpelse',
  'sick (?:and tired )?of',
  'sick(?:ness)? (?:benefits?|pay|allowance)',
  '(?:is|was) not (?:sick|ill)',
]

const people = [
  `${any}barn(?:et|ets|s)?`,
  `${any}børn(?:ene|enes|s)?`,
  `børnehave${any}|vuggestue${any}|dagpleje${any}|institutionen`,
  'den lille|de små|(?:den |de )?(?:mindste|yngste|ældste)',
  `baby${any}|tvilling${any}|spædbarn${any}`,
  '(?:pige|dreng)(?:en|ens|er|erne|e|ene)?|(?:sviger|sted)?(?:datter(?:en|ens|s)?|døtre(?:ne)?|søn(?:nen|nens|s)?|sønner(?:ne)?)|sønnike|barnepige(?:n|ns)?|moster|faster|svigerinde(?:n|ns|s)?',
  '(?:sviger|sted|pleje|far|mor|bedste)?(?:mor|far)(?:en|ens|s)?|moderens?|faderens?|mødre|fædre',
  '(?:bedste|sviger|pleje)?forældre(?:ne|nes|s)?',
  `kone${any}|mand(?:en|ens|s)?|hustru${any}|ægtefælle${any}|kæreste${any}|samlever${any}|partner${any}|eks(?:en|kone|mand|kæreste)?`,
  `(?:lille|store)?(?:bror|søster)${any}|brødre${any}|søskende${any}|tvillinge${any}`,
  `tante${any}|onkel${any}|niece${any}|nevø${any}|fætter${any}|kusine${any}|familie(?:n|ns|medlem${any})?|pårørende`,
  `(?:vennen|venner|ven|veninde|veninden|veninder|nabo|naboen|bofælle|kollega|kollegaen)s?`,
  'hund(?:en|ens|e|ene|s)?|kat(?:ten|te|tens)?|kæledyr(?:et)?',
  `child${any}|kids?|son|sons|daughter${any}|mother|mum|mom|father|dad|parents?|wife|husband|partner|girlfriend|boyfriend`,
  `grand(?:mother|father|child${any}|parents)|sister|brother|family|friend|neighbou?r|dog|cat`,
]

/** Whoever else works around the course is spoken of as ill only as a subject: "tolken var syg", not "hos lægen med feber". */
const staff = `(?:underviser|lærer|vejleder|vikar|tolk|læge|tandlæge|psykolog|sagsbehandler|arbejdsgiver|chef|chauffør|pædagog|dagplejer|teacher|interpreter|driver|doctor)${any} (?=er|var|blev|bliver|har været|meldte|is|was)`

const possessive = '(?:(?:sin|sit|sine|hans|hendes|deres|borgers|borgerens|en|et|den|the|his|her) )?'
const someone = `(?:${whole(people)}|(?<!\\p{L})${staff})`
const saying = `(?:ring|skriv|skrev|sagde|siger|sagt|oplys|fortæl|fortal|meddel|melder|meldte|sms|mail|call|say|said|text|wrote|phone|told|tell)${any}`

/** Somebody else as the one who tells: what follows is about the citizen again. */
const messenger = [
  `${whole(people)}(?: (?:har|havde|has))?(?: (?:lige|selv))? ${saying}`,
  `(?<!\\p{L})(?:fra|via|ifølge|iflg|gennem|from) ${possessive}${whole(people)}`,
]

/** The citizen as who is spoken of; "borgerens datter" is the daughter. */
const citizen = ['borger(?:en)?', 'kursist(?:en)?', 'deltager(?:en)?', 'jeg', 'selv', 'citizen', 'himself', 'herself']

const flags = 'gu'

/** Whether there is anything to look at. */
export const anySickness = new RegExp(whole(sickness), 'u')

export const harmlessPhrases = new RegExp(whole(harmless), flags)

/** Every mention in its order: who is spoken of, who tells, and sickness. */
export const mentions = new RegExp(
  [
    `(?<also>${whole(['også selv', 'selv også', 'borger(?:en)? (?:er |har |har det )?også', 'det (?:er|har) (?:han|hun|borgeren) også'])})`,
    `(?<messenger>${messenger.join('|')})`,
    `(?<sickness>${whole(sickness)})`,
    `(?<citizen>${whole(citizen)})`,
    `(?<someone>${someone})`,
  ].join('|'),
  flags,
)

/** What stands right behind a mention of sickness when it is somebody else's: "sygt barn", "influenza i familien". */
export const ofSomeone = new RegExp(
  `^(?: (?:med|hos|for|i|på|til|sin|sit|sine|hans|hendes|borgers|borgerens|den|det|de|lille|gammel|gamle|første|dag|with|in|his|her|the|a|my)){0,4} ${someone}`,
  'u',
)

/** Abbreviations, whose full stop ends no sentence. */
export const abbreviations =
  /(?<!\p{L})(pga|p\.g\.a|kl|pr|ca|evt|ift|iflg|vedr|mht|bl\.a|f\.eks|d|nr|pt|p\.t|inkl|dvs|jf|tlf)\./gu
