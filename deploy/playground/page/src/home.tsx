// The app's home tab for the person acting.
import { Blocks } from "./blocks";
import { useDirectory } from "./directory";
import { useSurface } from "./surface";

export function Home() {
  const { workspace, me } = useDirectory();
  const view = workspace.homes[me.id];
  const surface = useSurface({ view_id: view?.id });
  return (
    <div className="messages home" tabIndex={0} aria-label="App Home">
      {view ? (
        <Blocks blocks={view.blocks} surface={surface} />
      ) : (
        <p className="note">The bot has not published a home tab for {me.name} yet.</p>
      )}
    </div>
  );
}
