import { languageNames } from '../../i18n/language.ts'
import { languages, type Preferences, themes } from '../../model/preferences.ts'
import { useApp, useTongue } from '../context.ts'
import { Choice } from '../parts/choice.tsx'

export function AppearanceSettings({ preferences }: { readonly preferences: Preferences }) {
  const app = useApp()
  const { t } = useTongue()
  const themeNames = {
    system: t.settings.themeSystem,
    light: t.settings.themeLight,
    dark: t.settings.themeDark,
  }
  return (
    <section aria-labelledby="appearance-title">
      <h3 id="appearance-title">{t.settings.appearance}</h3>
      <div class="two">
        <Choice
          label={t.settings.theme}
          value={preferences.theme}
          options={themes.map((theme) => ({ value: theme, text: themeNames[theme] }))}
          onChoose={(value) => {
            app.prefer({ theme: themes.find((theme) => theme === value) ?? 'system' })
          }}
        />
        <Choice
          label={t.settings.language}
          value={preferences.language ?? ''}
          options={[
            { value: '', text: t.settings.languageSystem },
            ...languages.map((language) => ({ value: language, text: languageNames[language] })),
          ]}
          onChoose={(value) => {
            app.prefer({ language: languages.find((language) => language === value) })
          }}
        />
      </div>
    </section>
  )
}
