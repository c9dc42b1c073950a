using Spectre.Console;

namespace OciTool.Output;

/// <summary>Bars on the terminal that standard error is; nothing where it is none.</summary>
internal sealed class ProgressDisplay(bool isShown)
{
    /// <summary>Runs work that tells how far it is; the bars are gone when it ends.</summary>
    public Task<T> RunAsync<T>(Func<ProgressBars, Task<T>> work)
    {
        if (!isShown)
        {
            return work(new ProgressBars(context: null));
        }
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new BytesColumn(), new TransferSpeedColumn())
            .StartAsync(context => work(new ProgressBars(context)));
    }
}
