const text = {
  off: "Accounts are off",
  why: "They are switched off in the configuration, so nobody signs in: whoever reaches this server may use it.",
  how: "The installer switches them on with features.authentication.enabled.",
  look: "Look at the setting",
};

/** In the place of what is about accounts where there are none. */
export function AccountsOff({ title }: { readonly title: string }) {
  return (
    <>
      <h1>{title}</h1>
      <div class="card">
        <p>
          <b>{text.off}</b>
        </p>
        <p>{text.why}</p>
        <p class="muted">{text.how}</p>
        <a href="/settings/configuration?q=authentication">{text.look}</a>
      </div>
    </>
  );
}
