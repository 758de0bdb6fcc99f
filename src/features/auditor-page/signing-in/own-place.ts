/** The pages that somebody may be led back to: not those of signing in and out, and no file. */
const pages = ['cases', 'orders', 'risk', 'inspections', 'definitions', 'purpose'] as const

/** Ours: a place longer than that was not made by these pages. */
const mostSigns = 2000

/** A place on this page that is worth returning to; undefined for anything else, so that nobody is led away or in circles. */
export const knownPlace = (to: string | undefined): string | undefined => {
  if (to === undefined || to.length > mostSigns || !/^\/auditor(?:[/?][\x21-\x7e]*)?$/.test(to) || to.includes('\\'))
    return undefined
  const [root, page = '', ...rest] = new URL(to, 'http://page.invalid').pathname.slice(1).split('/')
  const isPage = page === '' ? rest.length === 0 : pages.some((known) => known === page)
  return root === 'auditor' && isPage ? to : undefined
}

/** A place on this page to go on to; anything else becomes the overview. */
export const ownPlace = (to: string | undefined): string => knownPlace(to) ?? '/auditor'
