/**
 * The log's tables and functions as the migrations leave them, which `audit:verify` holds the catalogue against. Written by
 * `npx vitest run test/platform/audit/log-structure.test.ts -u` after a migration was changed; what changed is to be read.
 */
export const expectedLogStructure = `
audit_chain | column at | timestamp(3) with time zone not null
audit_chain | column citizen_id | uuid
audit_chain | column citizens | jsonb not null
audit_chain | column client_id | text not null
audit_chain | column hash | bytea not null
audit_chain | column number | bigint not null
audit_chain | column order_id | uuid
audit_chain | column organisation_id | uuid not null
audit_chain | column position | bigint not null
audit_chain | column row_id | uuid not null
audit_chain | column source | text not null
audit_chain | constraint audit_chain_at_check | sha256 dd0f438391904b7e9cc955080699c31d918af588770fca2c58b6dad601c91c37
audit_chain | constraint audit_chain_hash_check | CHECK ((length(hash) = 32))
audit_chain | constraint audit_chain_number_check | CHECK ((number > 0))
audit_chain | constraint audit_chain_pkey | PRIMARY KEY (number)
audit_chain | constraint audit_chain_source_check | CHECK ((source = ANY (ARRAY['change'::text, 'look-up'::text, 'refusal'::text])))
audit_chain | constraint audit_chain_source_position_key | UNIQUE (source, "position")
audit_chain | function public.audit_stays() | sha256 02d4d13c39d100e898694279c6ecd18211f12d6eed9246a31cc3370a33f73a7f
audit_chain | function public.portal_audit_hash(bytea,text) | aggregate public.portal_audit_step - bytea
audit_chain | function public.portal_audit_row(public.change_log) | sha256 39bee31315d543362b039e7083fc0a0c0530875fe306fd1b2abd9b183b83aa13
audit_chain | function public.portal_audit_row(public.lookups) | sha256 d4b4775eab345164d149c1ad5c7ee3e66d9f04364cfdf48ad8ada434951da84d
audit_chain | function public.portal_audit_row(public.refusals) | sha256 1a4b584939b3a9f607aa122e7369ca5fb476a2d67b0eaab8f057e04529d3f31c
audit_chain | function public.portal_audit_step(bytea,bytea,text) | sha256 90ad498efb6271d4b192592727e92ee89dd0973bbd31a9b481edef0bbb8e2495
audit_chain | function public.portal_audit_time(timestamp with time zone) | sha256 c8eeade49b8bc4f74250fb0e05eb74a8637260be185a77d18f0aa95b17c28773
audit_chain | function public.portal_lookups_of_citizen(uuid) | sha256 6b67e718af7425203ad51dd35caaba755514f2bf7e4de44253f2cf31cec054d1
audit_chain | function public.portal_lookups_unsealed_from() | sha256 1ef8fa6a9c938bc0676b8e613f7ae8f2f67b15b22c8451ee9a8829cc6a09a9bc
audit_chain | function public.portal_seal_audit(integer,bigint) | sha256 62e0b4c6abc5d4cdc73887eb7ed3dca4e97f96546b736145e42159455401d87f
audit_chain | function public.portal_touch_refusals_delete() | sha256 690f5c3ebbcca5aef013877064a46224b6932fc9c8654bdc35e6f576a1ab4387
audit_chain | function public.portal_touch_refusals_insert() | sha256 ff1a910612588f057632e3965a33795cee2d493f323709b21442c1735a7373ba
audit_chain | function public.portal_touch_refusals_update() | sha256 127c97819b3532440b5901d8c4583b285b15a6b6083280257ad04999ad90a9f4
audit_chain | function public.portal_unsealed() | sha256 ca292bf683db7e0901616b8f7b03b76fb9178e531b839bdfd1261b4839fbbe96
audit_chain | index public.audit_chain_pkey | CREATE UNIQUE INDEX audit_chain_pkey ON public.audit_chain USING btree (number)
audit_chain | index public.audit_chain_source_position_key | sha256 ab8fc4902c3ed79a0c0b8ac3058e2a1d035ea2958a2e3e6105967ee9c6166a31
audit_chain | owner | the one owner
audit_chain | policy migration | * permissive to owner using true check true
audit_chain | policy own | r permissive to portal_application using (organisation_id = public.portal_organisation())
audit_chain | policy readers | sha256 90137a348878a53cf42728280d8ed63b1f2d67509af6ed3eacd682867c9f183f
audit_chain | policy worker | r permissive to portal_worker using true
audit_chain | row security | on, forced
audit_chain | trigger stays | sha256 93850c669bd383f767b82ae7367670046768f79469de2a8d173b5bb102075992
audit_checkpoints | column at | timestamp(3) with time zone not null
audit_checkpoints | column hash | bytea not null
audit_checkpoints | column key_id | text not null
audit_checkpoints | column number | bigint not null
audit_checkpoints | column public_key | jsonb not null
audit_checkpoints | column signature | text not null
audit_checkpoints | constraint audit_checkpoints_pkey | PRIMARY KEY (number)
audit_checkpoints | index public.audit_checkpoints_pkey | sha256 1eda7969af5da39d28aa12df26abcf19d4d2b7ba2c0cba0de9c55de24e9bdbb7
audit_checkpoints | owner | the one owner
audit_checkpoints | policy migration | * permissive to owner using true check true
audit_checkpoints | policy readers | sha256 1c73dd9b3b332bc89aa87d4b274d30f4d072f848a2b7158088176a12db840d5f
audit_checkpoints | policy worker | r permissive to portal_worker using true
audit_checkpoints | policy worker_signs | a permissive to portal_worker check true
audit_checkpoints | row security | on, forced
audit_checkpoints | trigger stays | sha256 35dfb0d51e10a7e11cd45ccf9dc59510249ed50e061713909ef34064997553a8
audit_citizens | column at | timestamp(3) with time zone not null
audit_citizens | column citizen_id | uuid not null
audit_citizens | column municipality | text not null
audit_citizens | column number | bigint not null
audit_citizens | column organisation_id | uuid not null
audit_citizens | column source | text not null
audit_citizens | constraint audit_citizens_number_check | CHECK ((number > 0))
audit_citizens | constraint audit_citizens_pkey | PRIMARY KEY (number, citizen_id, municipality)
audit_citizens | index public.audit_citizens_pkey | sha256 22b9083a92fa0e355d95b52e4c9e78c0eec52df2dbdd1cbf7af6e45667393c4f
audit_citizens | owner | the one owner
audit_citizens | policy migration | * permissive to owner using true check true
audit_citizens | policy own | r permissive to portal_application using (organisation_id = public.portal_organisation())
audit_citizens | policy readers | sha256 2a2c63f8e9f1cd4c1671d060e14244687deab3cde78cdf898766ed277e20da93
audit_citizens | row security | on, forced
audit_citizens | trigger stays | sha256 3f3c85e6700cafa2079db766cb338f1ddf88f5985ad7d5513476da8ba8f60fa1
audit_sealing | column fading | int8multirange not null default '{}'::int8multirange
audit_sealing | column fresh | int8multirange not null default '{}'::int8multirange
audit_sealing | column high | bigint not null default 0
audit_sealing | column source | text not null
audit_sealing | column turned_at | timestamp with time zone not null default now()
audit_sealing | column turned_xid | xid8 not null default pg_current_xact_id()
audit_sealing | constraint audit_sealing_pkey | PRIMARY KEY (source)
audit_sealing | index public.audit_sealing_pkey | CREATE UNIQUE INDEX audit_sealing_pkey ON public.audit_sealing USING btree (source)
audit_sealing | owner | the one owner
audit_sealing | policy migration | * permissive to owner using true check true
audit_sealing | row security | on, forced
audit_tail | column hash | bytea not null
audit_tail | column last | bigint not null
audit_tail | column only_row | boolean not null default true
audit_tail | constraint audit_tail_only_row_check | CHECK (only_row)
audit_tail | constraint audit_tail_pkey | PRIMARY KEY (only_row)
audit_tail | index public.audit_tail_pkey | CREATE UNIQUE INDEX audit_tail_pkey ON public.audit_tail USING btree (only_row)
audit_tail | owner | the one owner
audit_tail | policy migration | * permissive to owner using true check true
audit_tail | policy worker | r permissive to portal_worker using true
audit_tail | row security | on, forced
change_log | column action | text not null
change_log | column changes | jsonb not null default '{}'::jsonb
change_log | column client_id | text not null
change_log | column entity | text not null
change_log | column entity_id | uuid not null
change_log | column id | uuid not null
change_log | column occurred_at | timestamp(3) with time zone not null
change_log | column order_id | uuid
change_log | column organisation_id | uuid not null
change_log | column position | bigint not null identity a 1 1 1 9223372036854775807 f
change_log | column registered_by | jsonb
change_log | column request_id | text not null
change_log | constraint at_in_our_time | sha256 b3709f8412ac0dadad8f7f6e9ecca2aa6766873ca40b260f48701169f2657df0
change_log | constraint change_log_pkey | PRIMARY KEY (id)
change_log | constraint change_log_position_key | UNIQUE ("position")
change_log | index public.change_log_pkey | CREATE UNIQUE INDEX change_log_pkey ON public.change_log USING btree (id)
change_log | index public.change_log_position_key | CREATE UNIQUE INDEX change_log_position_key ON public.change_log USING btree ("position")
change_log | owner | the one owner
change_log | policy audited | sha256 d9c42d7627c6b93953f751b996b9e62daa3d2e878a2ad01df52fec4248e1f5c7
change_log | policy auditor | sha256 32d867a9c1a4dc8f21f91649cb672e98bc0d19941f0f6a71454d3d2b070ca509
change_log | policy migration | * permissive to owner using true check true
change_log | policy own | a permissive to portal_application check (organisation_id = public.portal_organisation())
change_log | policy readers | sha256 1b642b82af2134dc90b5b1a9126533af20eb93abc66eda9094c512750f0b44e0
change_log | policy worker | a permissive to portal_worker check true
change_log | row security | on, forced
change_log | trigger stays | sha256 fd50c06eee05d3844f5e4fd4e46a6f1ac2b2c42f040735a5cf09a46c6b32f56f
lookups | column citizen_id | uuid
lookups | column citizen_ids | uuid[]
lookups | column client_id | text not null
lookups | column id | uuid not null
lookups | column occurred_at | timestamp(3) with time zone not null
lookups | column operation | text not null
lookups | column order_id | uuid
lookups | column organisation_id | uuid not null
lookups | column position | bigint not null identity a 1 1 1 9223372036854775807 f
lookups | column purpose | text
lookups | column request_id | text not null
lookups | constraint at_in_our_time | sha256 b3709f8412ac0dadad8f7f6e9ecca2aa6766873ca40b260f48701169f2657df0
lookups | constraint lookups_pkey | PRIMARY KEY (id)
lookups | constraint lookups_position_key | UNIQUE ("position")
lookups | index public.lookups_pkey | CREATE UNIQUE INDEX lookups_pkey ON public.lookups USING btree (id)
lookups | index public.lookups_position_key | CREATE UNIQUE INDEX lookups_position_key ON public.lookups USING btree ("position")
lookups | owner | the one owner
lookups | policy audited | sha256 f69c1fe340d58fb79749910a743a061f9e90597fd9141c250ada4e0730d9a40c
lookups | policy auditor | sha256 c2b6e9c0ff1d6212fc7c8364dfcbfa783b91eca6346b135e374ffcc087091c13
lookups | policy migration | * permissive to owner using true check true
lookups | policy own | a permissive to portal_application check (organisation_id = public.portal_organisation())
lookups | policy readers | sha256 1b642b82af2134dc90b5b1a9126533af20eb93abc66eda9094c512750f0b44e0
lookups | row security | on, forced
lookups | trigger stays | sha256 fa975654687c2cc34c37ffe23930403f3b027f9bcfeff3874a7f68e760ad614c
refusals | column arrived_at | timestamp(3) with time zone not null
refusals | column client_id | text not null
refusals | column id | uuid not null
refusals | column operation | text not null
refusals | column order_id | uuid
refusals | column organisation_id | uuid not null
refusals | column position | bigint not null identity a 1 1 1 9223372036854775807 f
refusals | column request_id | text not null
refusals | column rule | text not null
refusals | constraint at_in_our_time | sha256 1e7340eae540663b2e3eae66d03b874882d04b5fe5825a6db8e87515f5bc5b5b
refusals | constraint refusals_organisation_id_fkey | FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
refusals | constraint refusals_pkey | PRIMARY KEY (id)
refusals | constraint refusals_position_key | UNIQUE ("position")
refusals | index public.refusals_pkey | CREATE UNIQUE INDEX refusals_pkey ON public.refusals USING btree (id)
refusals | index public.refusals_position_key | CREATE UNIQUE INDEX refusals_position_key ON public.refusals USING btree ("position")
refusals | owner | the one owner
refusals | policy administration | sha256 80c1ea5f2dca2ca8fa72fa79fecfb18e2dabf587ea51061885077a15c92998aa
refusals | policy audited | sha256 01c3486fe6830a651d5e4e870f9b40570349d626986d76eccf0d8e19e01570c4
refusals | policy auditor | sha256 bfb3e69d42905d4393ea1f5636912c305b0e7e45f1ed5f07be51302fd8481638
refusals | policy migration | * permissive to owner using true check true
refusals | policy own | sha256 76eb6ccb5aed9516cd705431f1487cc1793dfae3595e1b4fa61e55d16d3d0c06
refusals | row security | on, forced
refusals | trigger stays | sha256 33e286109ef0b8e535a744fefb97b57ccb4db9b7db7d922f144da39d7db2a5ec
refusals | trigger touch_compliance_delete | sha256 40d906b58bcff4d9d569fbed194d25ee43ff1e309cfcf9ac50174dbcc32c3aff
refusals | trigger touch_compliance_insert | sha256 cde813c814acccf6f8d14813a2f34ab168d61bf21fd743b59720dad5510fdf68
refusals | trigger touch_compliance_update | sha256 b4bc08c6970f16b717449147891b9af96b9d981377ff8b1388e61b8af38db208
`
