import { Component, type ComponentChildren } from 'preact';
import { report } from './state.ts';
import { say } from './words.ts';

interface Props {
  readonly children: ComponentChildren;
}

/** A part of a view that fails alone: one record that cannot be drawn takes nothing else with it. */
export class Part extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(error: unknown): void {
    report(error);
    this.setState({ isBroken: true });
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <p class="trouble" role="alert">
        {say('partBroken')}
      </p>
    );
  }
}
