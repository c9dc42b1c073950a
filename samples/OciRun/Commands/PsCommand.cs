using System.Diagnostics;
using System.Globalization;
using System.Text;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class PsCommand : Command
{
    public override string Name => "ps";

    public override string Summary => "print the processes of a container";

    public override string Usage => "<container-id> [ps options]";

    public override string Description => "The options are those of ps(1), and must have it print a column PID (default: -ef).";

    public override IReadOnlyList<Option> Options => [OciRun.Options.Format];

    public override int? MaxArguments => null;

    public override bool StopsAtArgument => true;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        bool isJson = OutputFormat.IsJson(invocation.Options);
        await using Container container = await OpenContainerAsync(invocation);
        bool isStopped = (await container.GetStateAsync()).Status == ContainerStatus.Stopped;
        IReadOnlyList<int> pids = isStopped ? [] : await container.GetProcessesAsync();
        if (isJson)
        {
            Standard.Write(pids.Count == 0 ? "null\n" : $"[{string.Join(',', pids)}]\n");
            return 0;
        }
        string[] options = invocation.Arguments.Count > 1 ? [.. invocation.Arguments.Skip(1)] : ["-ef"];
        var start = new ProcessStartInfo("ps", options) { RedirectStandardOutput = true };
        using Process ps = Process.Start(start)!;
        string output = await ps.StandardOutput.ReadToEndAsync();
        await ps.WaitForExitAsync();
        if (ps.ExitCode != 0)
        {
            throw new CommandException($"ps {string.Join(' ', options)} failed: exit code {ps.ExitCode}");
        }
        Standard.Write(Select(output, [.. pids]));
        return 0;
    }

    /// <summary>The heading and the lines of these processes.</summary>
    private static string Select(string output, HashSet<int> pids)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(Fields(lines[0]), "PID");
        if (column < 0)
        {
            throw new CommandException("couldn't find PID field in ps output");
        }
        var text = new StringBuilder().Append(lines[0]).Append('\n');
        foreach (string line in lines.Skip(1))
        {
            string[] fields = Fields(line);
            if (fields.Length > column && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pids.Contains(pid))
            {
                text.Append(line).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
