import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

/** A part of a view whose code is loaded when it is first shown: a view that opens need not have it. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded = signal<{ readonly Part: ComponentType<Props> } | undefined>(undefined);
  return (props: Props) => {
    useEffect(() => {
      void load().then((Part) => {
        loaded.value ??= { Part };
      });
    }, []);
    return loaded.value ? <loaded.value.Part {...props} /> : null;
  };
}
