-- The role that the hub connects as is bound by policies: no superuser. Give it the password that FABLEPOOL_HUB_DATABASE has:
--   docker compose exec postgres psql -U fablepool_admin fablepool -c '\password fablepool'
CREATE ROLE fablepool LOGIN;
ALTER DATABASE fablepool OWNER TO fablepool;
