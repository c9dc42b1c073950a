using System.Globalization;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class EventsCommand : Command
{
    public override string Name => "events";

    public override string Summary => "print what a container uses, a line of JSON each interval";

    public override IReadOnlyList<Option> Options => [OciRun.Options.Interval, OciRun.Options.Stats];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        TimeSpan interval = ParseInterval(invocation.Options.NotEmpty(OciRun.Options.Interval) ?? "5s");
        await using Container container = await OpenContainerAsync(invocation);
        if ((await container.GetStateAsync()).Status == ContainerStatus.Stopped)
        {
            throw new CommandException($"container with id {container.Id} is not running");
        }
        Standard.Write(StatsJson.ToLine(container.Id, await container.GetStatsAsync()));
        if (invocation.Options.IsSet(OciRun.Options.Stats))
        {
            return 0;
        }
        await WatchAsync(container, interval);
        return 0;
    }

    private static async Task WatchAsync(Container container, TimeSpan interval)
    {
        Task ended = container.WaitAsync();
        using var timer = new PeriodicTimer(interval);
        while (await Task.WhenAny(ended, timer.WaitForNextTickAsync().AsTask()) != ended)
        {
            try
            {
                Standard.Write(StatsJson.ToLine(container.Id, await container.GetStatsAsync()));
            }
            catch (ContainerException) when (ended.IsCompleted)
            {
                // It ended between the tick and the reading.
            }
        }
    }

    /// <summary>A time as Go writes it: <c>500ms</c>, <c>5s</c>, <c>1m30s</c>.</summary>
    private static TimeSpan ParseInterval(string text)
    {
        ReadOnlySpan<char> rest = text;
        TimeSpan sum = TimeSpan.Zero;
        while (!rest.IsEmpty)
        {
            int unit = rest.IndexOfAnyExcept("0123456789.");
            if (unit <= 0 || !double.TryParse(rest[..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                throw Invalid(text);
            }
            int end = rest[unit..].IndexOfAny("0123456789.");
            ReadOnlySpan<char> name = end < 0 ? rest[unit..] : rest.Slice(unit, end);
            sum += number * name switch
            {
                "ms" => TimeSpan.FromMilliseconds(1),
                "s" => TimeSpan.FromSeconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                _ => throw Invalid(text),
            };
            rest = end < 0 ? [] : rest[(unit + end)..];
        }
        return sum > TimeSpan.Zero ? sum : throw new CommandException("duration interval must be greater than 0");
    }

    private static UsageException Invalid(string text) => new($"invalid value \"{text}\" for flag -interval: a time such as 500ms, 5s or 1m30s is due");
}
