using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Tests.Launching;

/// <summary>Runs small programs in the init of either architecture: natively, or under qemu-aarch64-static.</summary>
internal sealed record InitRun(int ExitCode, string Output, Errno? Errno, int FailedStep)
{
    private const int ReportDescriptor = 4;

    public static async Task<InitRun> ExecuteAsync(PlanBuilder builder)
    {
        var plan = new ContainerPlan("test", builder.Architecture, builder.Steps, new PlanHandshake());
        byte[] program = ProgramEncoder.Encode(plan, ReportDescriptor);
        using var folder = new TempDirectory();
        File.WriteAllBytes(folder.Combine("program"), program);
        File.WriteAllBytes(folder.Combine("init"), InitImage.For(builder.Architecture).ToArray());
        File.SetUnixFileMode(folder.Combine("init"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string run = builder.Architecture == ProgramArchitectures.Current
            ? "exec ./init"
            : $"exec {Requires.Tool("qemu-aarch64-static")} ./init";

        ToolResult result = await ToolResult.RunAsync("/bin/sh", ["-c", $"cd '{folder.Path}' && {run} 3<program 4>report"]);

        byte[] report = File.ReadAllBytes(folder.Combine("report"));
        if (report.Length == 0)
        {
            return new InitRun(result.ExitCode, result.Output, null, -1);
        }
        Assert.Equal(ProgramLayout.FrameSize, report.Length);
        int step = ProgramLayout.StepAt(BinaryPrimitives.ReadUInt64LittleEndian(report));
        return new InitRun(result.ExitCode, result.Output, (Errno)BinaryPrimitives.ReadInt64LittleEndian(report.AsSpan(8)), step);
    }
}
