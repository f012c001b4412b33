import type { QuarantineView } from "../../../lib/sync/views.ts";
import { Button } from "../../Button.tsx";
import { Card } from "../../Card.tsx";
import { count, counted } from "../../format.ts";
import { Icon } from "../../Icon.tsx";
import { Paging } from "../../Table.tsx";
import { rowHref } from "./address.ts";
import { type EditField, type EditLine, fieldsOf, fixedOf, LINES, linesOf } from "./row_form.ts";

export interface RowEditorProps {
  row: QuarantineView;
  /** Page of its lines, from 1. */
  page: number;
  mayMend: boolean;
  /** What was sent and could not be saved: shown again instead of the row's own values. */
  sent?: URLSearchParams | undefined;
}

/** A refused row as a form: its columns with the reasons beside them, then the rows that belong to it. */
export function RowEditor({ row, page, mayMend, sent }: RowEditorProps) {
  const fields = fieldsOf(row);
  const shown = fields.filter(({ value, reasons, original }) =>
    value !== "" || reasons.length > 0 || original !== null
  );
  const empty = fields.filter((field) => !shown.includes(field));
  const lines = linesOf(row);
  const given = (field: EditField) => ({ ...field, value: sent?.get(field.name) ?? field.value });
  return (
    <form method="post" action={`${rowHref(row)}${page > 1 ? `?lines=${page}` : ""}`} class="grid gap-4">
      <Card
        title="The row"
        subtitle={row.isEdited
          ? "As edited; NetSuite's own value stands below what was changed"
          : "As NetSuite gave it"}
      >
        <div class="grid gap-x-6 gap-y-3 md:grid-cols-2">
          {shown.map((field) => <Field key={field.name} field={given(field)} mayMend={mayMend} />)}
        </div>
        {empty.length > 0 && (
          <details class="mt-4">
            <summary class="go inline-block text-list">{counted(empty.length, "empty column")}</summary>
            <div class="mt-3 grid gap-x-6 gap-y-3 md:grid-cols-2">
              {empty.map((field) => <Field key={field.name} field={given(field)} mayMend={mayMend} />)}
            </div>
          </details>
        )}
        <Fixed row={row} />
      </Card>
      {lines.length > 0 && <Lines {...{ row, lines, page, mayMend, given }} />}
      {mayMend && (
        <div class="flex flex-wrap gap-2">
          <Button look="primary" icon="check" name="act" value="save_replay">Save and replay</Button>
          <Button name="act" value="save">Save</Button>
        </div>
      )}
    </form>
  );
}

interface LinesProps extends Omit<RowEditorProps, "sent"> {
  lines: EditLine[];
  given: (field: EditField) => EditField;
}

function Lines({ row, lines, page, mayMend, given }: LinesProps) {
  const from = (page - 1) * LINES;
  return (
    <Card title={counted(lines.length, "line")} subtitle="Those with a fault first" flush>
      <div class="divide-y divide-line border-t border-line">
        {lines.slice(from, from + LINES).map(({ key, fields, reasons }) => (
          <details key={key} class="px-(--card-pad) py-2.5" open={reasons.length > 0}>
            <summary class="flex items-center gap-2 text-list font-medium">
              <Icon name="chevron-right" size={14} class="text-muted" />
              Line {key}
              {reasons.length > 0 && <span class="font-normal text-warning">{counted(reasons.length, "fault")}</span>}
            </summary>
            <div class="mt-3 grid gap-x-6 gap-y-3 pb-2 md:grid-cols-2">
              {fields.map((field) => <Field key={field.name} field={given(field)} mayMend={mayMend} />)}
            </div>
          </details>
        ))}
      </div>
      {lines.length > LINES && (
        <Paging
          page={page}
          rows={LINES}
          total={lines.length}
          href={(to) => `${rowHref(row)}?lines=${to}`}
          label="lines"
        />
      )}
    </Card>
  );
}

function Field({ field, mayMend }: { field: EditField; mayMend: boolean }) {
  const { name, column, value, original, reasons } = field;
  const isWrong = reasons.length > 0;
  const described = [isWrong && `${name}-fault`, original !== null && `${name}-before`].filter(Boolean).join(" ");
  const common = {
    id: name,
    name,
    readOnly: !mayMend,
    "aria-invalid": isWrong ? "true" as const : undefined,
    "aria-describedby": described || undefined,
    autocomplete: "off",
    maxLength: 10_000,
    spellcheck: false,
  };
  return (
    <div class="min-w-0">
      <label class="mb-1 block text-xs text-muted" for={name}>{column}</label>
      {/[\n\r]/.test(value)
        ? <textarea class="textarea w-full text-list" rows={3} {...common}>{value}</textarea>
        : <input class="input h-9 w-full text-list max-sm:h-11" type="text" value={value} {...common} />}
      {isWrong && (
        <p class="mt-1 flex gap-1.5 text-xs text-error" id={`${name}-fault`}>
          <Icon name="octagon" size={14} class="mt-px" />
          <span class="min-w-0 wrap-anywhere">{reasons.join("; ")}</span>
        </p>
      )}
      {original !== null && (
        <p class="mt-1 text-xs wrap-anywhere text-muted" id={`${name}-before`}>
          NetSuite: {original === "" ? "no value" : original}
        </p>
      )}
    </div>
  );
}

function Fixed({ row }: { row: QuarantineView }) {
  const fixed = fixedOf(row);
  if (fixed.length === 0) return null;
  return (
    <details class="mt-4">
      <summary class="go inline-block text-list">{count(fixed.length)} that cannot be edited</summary>
      <dl class="facts mt-3">
        {fixed.map(([column, value]) => [
          <dt key={column}>{column}</dt>,
          <dd key={`${column}-value`} class="min-w-0 wrap-anywhere">{value}</dd>,
        ])}
      </dl>
    </details>
  );
}
