// "Are you sure?" for elements with a confirm object.
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import type { Json } from "./types";

type Ask = (confirm: Json) => Promise<boolean>;
const ConfirmContext = createContext<Ask>(async () => true);
export const useConfirm = () => useContext(ConfirmContext);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ confirm: Json; settle: (yes: boolean) => void } | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asked]);
  const answer = (yes: boolean) => {
    asked?.settle(yes);
    setAsked(null);
  };
  const ask: Ask = (confirm) => new Promise((settle) => setAsked({ confirm, settle }));
  return (
    <ConfirmContext value={ask}>
      {children}
      <dialog
        ref={dialog}
        className="dialog small"
        aria-labelledby="confirm-title"
        onCancel={(event) => {
          event.preventDefault();
          answer(false);
        }}
      >
        {asked && (
          <>
            <h2 id="confirm-title">{asked.confirm.title?.text}</h2>
            <p>{asked.confirm.text?.text}</p>
            <footer>
              <button type="button" className="action" onClick={() => answer(false)}>
                {asked.confirm.deny?.text ?? "Cancel"}
              </button>
              <button
                type="button"
                className={`action ${asked.confirm.style ?? "primary"}`}
                onClick={() => answer(true)}
              >
                {asked.confirm.confirm?.text ?? "Yes"}
              </button>
            </footer>
          </>
        )}
      </dialog>
    </ConfirmContext>
  );
}
