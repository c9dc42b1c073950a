using System.Text;
using System.Text.Json;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;
using OciRun.Native;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class ListCommand : Command
{
    public override string Name => "list";

    public override string Summary => "list the containers of the root directory";

    public override string Usage => "";

    public override IReadOnlyList<Option> Options => [OciRun.Options.Format, OciRun.Options.Quiet];

    public override int MinArguments => 0;

    public override int? MaxArguments => 0;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        bool isJson = OutputFormat.IsJson(invocation.Options);
        var entries = new List<(Container Container, ContainerState State)>();
        InvalidDataException? damage = null;
        try
        {
            await foreach (Container container in invocation.Runtime.ListAsync())
            {
                await using (container)
                {
                    entries.Add((container, await container.GetStateAsync()));
                }
            }
        }
        catch (InvalidDataException e)
        {
            // It comes last: what can be read is shown first.
            damage = e;
        }
        string directory = invocation.Runtime.Root;
        if (invocation.Options.IsSet(OciRun.Options.Quiet))
        {
            Standard.Write(string.Concat(entries.Select(e => e.Container.Id + "\n")));
        }
        else if (isJson)
        {
            Standard.Write(ToJson(directory, entries));
        }
        else
        {
            Standard.Write(ToTable(directory, entries));
        }
        return damage is null ? 0 : throw new InvalidDataException(damage.Message, damage);
    }

    private static byte[] ToJson(string directory, List<(Container Container, ContainerState State)> entries)
    {
        if (entries.Count == 0)
        {
            return "null\n"u8.ToArray();
        }
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach ((Container container, ContainerState state) in entries)
            {
                StateJson.Write(json, state, container, FileOwner.NameOf(Path.Combine(directory, container.Id)));
            }
            json.WriteEndArray();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static string ToTable(string directory, List<(Container Container, ContainerState State)> entries)
    {
        var rows = new List<string[]> { new[] { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" } };
        foreach ((Container container, ContainerState state) in entries)
        {
            rows.Add([container.Id, $"{state.Pid ?? 0}", StateJson.StatusText(state.Status), state.Bundle, StateJson.CreatedText(container), FileOwner.NameOf(Path.Combine(directory, container.Id))]);
        }
        // As Go's tabwriter does it: cells of at least 12 columns, 3 of them free.
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => Math.Max(12, rows.Max(r => r[i].Length) + 3))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length - 1; i++)
            {
                text.Append(row[i].PadRight(widths[i]));
            }
            text.Append(row[^1]).Append('\n');
        }
        return text.ToString();
    }
}
