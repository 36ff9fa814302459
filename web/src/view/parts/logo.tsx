/** As in public/icon.svg. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="16" class="logo-field" />
      <path class="logo-body" d="M14 26c0-4 3-7 7-7h14c4 0 7 3 7 7v12c0 4-3 7-7 7H21c-4 0-7-3-7-7z" />
      <path class="logo-lens" d="M45 29l7-5c1-.8 2 0 2 1v14c0 1-1 1.800-2 1l-7-5z" />
    </svg>
  )
}
