using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oci.Runtime.Linux.Planning;

public sealed partial class ContainerPlan
{
    /// <summary>The plan as a JSON document, indented.</summary>
    /// <remarks>The members are those that <see cref="WriteTo(Utf8JsonWriter)"/> names.</remarks>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteTo(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the plan as an indented JSON document in UTF-8.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new Utf8JsonWriter(stream, Options);
        WriteTo(writer);
    }

    /// <summary>Writes the plan as one JSON object.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><c>containerId</c>; <c>architecture</c>: <c>x64</c> or <c>arm64</c>.</item>
    /// <item><c>warnings</c>: sentences, for what is done with less than the configuration asks for.</item>
    /// <item>
    /// <c>steps</c>: an object for each step, in order, with <c>index</c>, <c>phase</c> (as in <see cref="PlanPhase"/>, in lower case),
    /// <c>syscall</c>, <c>arguments</c> (strings in a form to be read) and <c>label</c>, what it is for. Where there is one: <c>result</c>,
    /// the name of the slot that the result is kept in; <c>tolerates</c>, names of errors that do not fail the container; <c>next</c> and
    /// <c>onError</c>, the indices of the steps that follow success and a tolerated error, where that is not the next one;
    /// <c>specPointer</c> and <c>path</c>.
    /// </item>
    /// </list>
    /// Members may be added in later versions.
    /// </remarks>
    /// <param name="writer">Where to; it is neither flushed nor disposed.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("containerId", ContainerId);
        writer.WriteString("architecture", Name(Architecture));
        WriteStrings(writer, "warnings", Warnings);
        writer.WriteStartArray("steps");
        foreach (PlanStep step in Steps)
        {
            Write(writer, step);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // For people to read: < and > and " in the arguments as they are.
    private static JsonWriterOptions Options => new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void Write(Utf8JsonWriter writer, PlanStep step)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", step.Index);
        writer.WriteString("phase", Name(step.Phase));
        writer.WriteString("syscall", step.Syscall);
        WriteStrings(writer, "arguments", step.Arguments);
        if (step.Operation.Result is PlanCell result)
        {
            writer.WriteString("result", result.Name);
        }
        if (step.Operation.Tolerates.Length > 0)
        {
            WriteStrings(writer, "tolerates", step.Tolerates);
        }
        if (step.Operation.OnSuccess is PlanLabel next)
        {
            writer.WriteNumber("next", next.Step);
        }
        if (step.Operation.OnError is PlanLabel other)
        {
            writer.WriteNumber("onError", other.Step);
        }
        writer.WriteString("label", step.Label);
        if (step.SpecPointer is not null)
        {
            writer.WriteString("specPointer", step.SpecPointer);
        }
        if (step.Path is not null)
        {
            writer.WriteString("path", step.Path);
        }
        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
