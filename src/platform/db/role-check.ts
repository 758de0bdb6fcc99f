import type { Database } from './pool.ts'

/**
 * Why the role that the application logs in as would make row-level security worthless, if it would: a superuser, a role
 * that bypasses the policies, or the owner of the tables. Undefined when it is as it should be.
 */
export const unsafeRole = async (
  database: Database,
): Promise<'superuser' | 'bypasses-row-security' | 'owns-tables' | undefined> => {
  const { rows } = await database.pool.query<{ superuser: boolean; bypasses: boolean; owns: boolean }>(
    `select r.rolsuper as superuser, r.rolbypassrls as bypasses,
        exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(c.relowner, 'usage')) as owns
       from pg_roles r where r.rolname = current_user`,
  )
  const [role] = rows
  if (role?.superuser) return 'superuser'
  if (role?.bypasses) return 'bypasses-row-security'
  if (role?.owns) return 'owns-tables'
  return undefined
}
