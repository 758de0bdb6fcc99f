import type pg from 'pg'

/**
 * Makes the two group roles that the policies name, and lets the application's login use them: `portal_application` by
 * inheritance, `portal_worker` only by an explicit `set role`. Run by the owner before the migrations.
 * @param login the role that DATABASE_URL logs in as; must neither own the tables nor bypass row security
 */
export const ensureRoles = async (owner: pg.Client, login: string): Promise<void> => {
  for (const role of ['portal_application', 'portal_worker']) {
    // Roles belong to the whole cluster: another database's migration may make them at the same moment.
    await owner.query(`do $$ begin
      if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
    exception when duplicate_object or unique_violation then null; end $$`)
  }
  const granted = await owner.query<{ role: string; inherits: boolean }>(
    `select r.rolname as role, m.inherit_option as inherits from pg_auth_members m
       join pg_roles r on r.oid = m.roleid join pg_roles l on l.oid = m.member
      where l.rolname = $1 and r.rolname in ('portal_application', 'portal_worker') and m.set_option`,
    [login],
  )
  const has = (role: string, inherits: boolean): boolean =>
    granted.rows.some((row) => row.role === role && row.inherits === inherits)
  const name = owner.escapeIdentifier(login)
  if (!has('portal_application', true))
    await owner.query(`grant portal_application to ${name} with inherit true, set true`)
  if (!has('portal_worker', false)) await owner.query(`grant portal_worker to ${name} with inherit false, set true`)
}
