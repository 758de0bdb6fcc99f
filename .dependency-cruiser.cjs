const none = []

/** The directions of docs/decisions: server, worker → app → features → rules, platform → kernel. */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^src/kernel/' },
      to: { pathNot: '^src/kernel/' },
    },
    {
      name: 'rules-import-rules-and-kernel-alone',
      comment: 'The law knows no clock, no database, no HTTP and no library.',
      severity: 'error',
      from: { path: '^src/rules/' },
      to: { pathNot: '^src/(rules|kernel)/' },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(features|rules|app|server|worker|config|migrate|dev)' },
    },
    {
      name: 'features-meet-through-lookups',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/(lookups|commands)\\.ts$'] },
    },
    {
      name: 'features-do-not-know-the-app',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: '^src/(app|server|worker|config|migrate|dev)' },
    },
    {
      name: 'lookups-stay-narrow',
      severity: 'error',
      from: { path: '^src/features/[^/]+/lookups\\.ts$' },
      to: { path: '^src/features/[^/]+/(?!lookups)', pathNot: '\\.(queries|schema)\\.ts$' },
    },
    {
      name: 'app-is-not-imported-back',
      severity: 'error',
      from: { path: '^src/(?!server|worker|dev)' },
      to: { path: '^src/(server|worker)\\.ts$' },
    },
    {
      name: 'development-stays-out-of-production',
      comment: 'server, worker and migrate load it dynamically, outside production alone.',
      severity: 'error',
      from: { path: '^src/(?!dev/)' },
      to: { path: '^src/dev/', dynamic: false },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^src/(?!dev/)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: none.concat(['schema\\.d\\.ts$']) },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
    builtInModules: { add: [] },
  },
}
