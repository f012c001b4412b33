/** Words that cannot be an alias or a bare column name. */
export const RESERVED: ReadonlySet<string> = new Set(
  `all and any as asc between by case connect cross delete desc distinct drop else end except exists fetch for from
   full group having in inner insert intersect into is join left like limit minus natural not null nulls offset on or
   order outer right rownum select set start then top union unique update using values when where with`.split(/\s+/),
);

/** Functions that people bring from other databases: refused by name, so that the reason can say so. */
export const FOREIGN_FUNCTIONS: ReadonlySet<string> = new Set(
  `listagg datediff left right substring ceiling charindex ucase lcase convert position string_agg group_concat isnull
   ifnull dateadd datepart getdate now len date_trunc extract_epoch to_json json_value`.split(/\s+/),
);
