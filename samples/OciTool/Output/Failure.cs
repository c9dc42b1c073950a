using Oci.Distribution;
using Oci.Image;
using Oci.Runtime.Linux;

namespace OciTool.Output;

/// <summary>Says on standard error what failed, in a sentence or two with what to do next.</summary>
internal static class Failure
{
    /// <summary>Set to anything, it has failures printed with where in the code they came from.</summary>
    public const string DebugVariable = "OCI_DEBUG";

    public static void Print(string sentence) => Console.Error.WriteLine($"oci: {sentence}");

    public static void Print(Exception failure)
    {
        Print(Describe(failure));
        if (Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 })
        {
            Console.Error.WriteLine(failure);
        }
    }

    private static string Describe(Exception failure) => failure switch
    {
        PlatformNotFoundException e => $"{e.Message} Choose one with --platform.",
        ToolException or OciImageException or RegistryException or ContainerException or FormatException or InvalidDataException => failure.Message,
        UnauthorizedAccessException => $"{failure.Message} Run it as a user who may, or use another path.",
        IOException or NotSupportedException or PlatformNotSupportedException => failure.Message,
        _ => $"{failure.GetType().Name}: {failure.Message} This is a bug of the tool; {DebugVariable}=1 shows where.",
    };
}
