import { Button } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { Notice } from "../Notice.tsx";
import { ChoiceField, TextField } from "./Field.tsx";

/** Address and role of somebody to invite. Only roles are offered that the person may give. */
export function InviteForm({ given, roles, problem }: {
  given: { email: string; role: string };
  roles: readonly { id: string; name: string }[];
  problem: string | null;
}) {
  return (
    <Card title="Invite somebody" subtitle="By a link that works once, for 7 days">
      {problem && (
        <div class="mb-4">
          <Notice tone="wrong" title="Nobody was invited." role="alert">{problem}</Notice>
        </div>
      )}
      <form class="flex flex-wrap items-end gap-2" method="post" action="/admin/users">
        <TextField
          class="min-w-56 flex-1 max-sm:basis-full"
          name="email"
          label="E-mail"
          type="email"
          value={given.email}
          required
          maxLength={254}
        />
        <ChoiceField
          class="w-44 max-sm:flex-1"
          name="role"
          label="Role"
          value={given.role}
          options={roles.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Button look="primary" name="act" value="invite" class="h-9 max-sm:h-11">Invite</Button>
      </form>
    </Card>
  );
}
