import { Button } from "../Button.tsx";

/** The button that checks the connection: a form, so that it works without scripts. */
export function CheckForm({ again = false }: { again?: boolean }) {
  return (
    <form method="get" action="/sync/check">
      <Button icon="plug" title="Asks NetSuite about 20 short questions: it takes a few seconds">
        {again ? "Check again" : "Check connection"}
      </Button>
    </form>
  );
}
