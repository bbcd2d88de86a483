// An open form (modal): the top of the person's stack.
import { useEffect, useRef, useState } from "react";
import { Blocks } from "./blocks";
import { useDirectory } from "./directory";
import { act } from "./server";
import { useSurface } from "./surface";
import type { View } from "./types";

export function Form({ view }: { view: View }) {
  const { me, workspace, fail } = useDirectory();
  const dialog = useRef<HTMLDialogElement>(null);
  const surface = useSurface({ view_id: view.id });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  useEffect(() => setErrors({}), [view.hash]);

  const submit = async () => {
    setSending(true);
    try {
      const answer = await act("submit", { user: me.id, view_id: view.id, state: surface.values });
      setErrors(answer.errors);
      setProblem(answer.error);
    } catch (error) {
      fail(error);
    } finally {
      setSending(false);
    }
  };
  const close = () => act("close", { user: me.id, view_id: view.id }).catch(fail);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={`title-${view.id}`}
      onCancel={(event) => {
        event.preventDefault();
        void close();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <div>
            <h2 id={`title-${view.id}`}>{view.title?.text}</h2>
            <small>{workspace.bot.name}</small>
          </div>
          <button type="button" className="icon" aria-label="Close form" onClick={close}>
            ×
          </button>
        </header>
        <div className="dialog-body">
          <Blocks blocks={view.blocks} surface={{ ...surface, errors }} />
          {problem && (
            <p className="error" role="alert">
              {problem}
            </p>
          )}
        </div>
        <footer>
          <button type="button" className="action" onClick={close}>
            {view.close?.text ?? "Cancel"}
          </button>
          {view.submit && (
            <button type="submit" className="action primary" aria-busy={sending}>
              {view.submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
