/** vite makes one file of them. */
declare module '*.css'
