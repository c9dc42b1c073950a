using System.Text.Json;
using Oci.Runtime.Linux.Cgroups;

namespace OciRun.Output;

/// <summary>Statistics as <c>runc events</c> prints them, member for member; a number that the kernel does not give is left out.</summary>
internal static class StatsJson
{
    public static byte[] ToLine(string id, ContainerStats stats)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "stats");
            json.WriteString("id", id);
            json.WriteStartObject("data");
            WriteCpu(json, stats.Cpu);
            WriteCpuset(json, stats.Cpuset);
            WriteMemory(json, stats.Memory);
            json.WriteStartObject("pids");
            Number(json, "current", stats.Pids?.Current);
            Number(json, "limit", stats.Pids?.Limit);
            json.WriteEndObject();
            WriteBlockIO(json, stats.BlockIO);
            json.WriteStartObject("hugetlb");
            foreach ((string size, HugetlbStats pages) in stats.Hugetlb)
            {
                json.WriteStartObject(size);
                Number(json, "usage", pages.Usage);
                Number(json, "max", pages.MaxUsage);
                Number(json, "failcnt", pages.FailureCount);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartObject("intel_rdt");
            json.WriteEndObject();
            WriteInterfaces(json, stats.NetworkInterfaces);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuStats? cpu)
    {
        json.WriteStartObject("cpu");
        json.WriteStartObject("usage");
        Number(json, "total", cpu?.Usage);
        Numbers(json, "percpu", cpu?.PerCpu);
        Numbers(json, "percpu_kernel", cpu?.PerCpuKernel);
        Numbers(json, "percpu_user", cpu?.PerCpuUser);
        json.WriteNumber("kernel", cpu?.Kernel ?? 0);
        json.WriteNumber("user", cpu?.User ?? 0);
        json.WriteEndObject();
        json.WriteStartObject("throttling");
        Number(json, "periods", cpu?.Periods);
        Number(json, "throttledPeriods", cpu?.ThrottledPeriods);
        Number(json, "throttledTime", cpu?.ThrottledTime);
        json.WriteEndObject();
        WritePressure(json, cpu?.Pressure);
        json.WriteEndObject();
    }

    private static void WriteCpuset(Utf8JsonWriter json, CpusetStats? cpuset)
    {
        json.WriteStartObject("cpuset");
        foreach ((string name, IReadOnlyList<int>? list) in (ReadOnlySpan<(string, IReadOnlyList<int>?)>)[("cpus", cpuset?.Cpus), ("mems", cpuset?.Mems)])
        {
            json.WriteStartArray(name);
            foreach (int number in list ?? [])
            {
                json.WriteNumberValue(number);
            }
            json.WriteEndArray();
        }
        foreach ((string name, long value) in cpuset?.Settings ?? new Dictionary<string, long>())
        {
            json.WriteNumber(name, value);
        }
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryStats? memory)
    {
        // What runc prints where there is no limit: the largest number of the version of cgroups.
        ulong unlimited = memory?.Raw.ContainsKey("hierarchical_memory_limit") == true ? long.MaxValue & ~0xFFFUL : ulong.MaxValue;
        json.WriteStartObject("memory");
        Number(json, "cache", memory?.Cache);
        WriteUsage(json, "usage", memory?.Usage, unlimited);
        WriteUsage(json, "swap", memory?.Swap, unlimited);
        WriteUsage(json, "kernel", memory?.Kernel, unlimited);
        WriteUsage(json, "kernelTCP", memory?.KernelTcp, unlimited);
        json.WriteStartObject("raw");
        foreach ((string name, ulong value) in memory?.Raw ?? new Dictionary<string, ulong>())
        {
            json.WriteNumber(name, value);
        }
        json.WriteEndObject();
        WritePressure(json, memory?.Pressure);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, string name, MemoryUsage? usage, ulong unlimited)
    {
        json.WriteStartObject(name);
        json.WriteNumber("limit", usage is null ? 0 : usage.Limit ?? unlimited);
        Number(json, "usage", usage?.Usage);
        Number(json, "max", usage?.MaxUsage);
        json.WriteNumber("failcnt", usage?.FailureCount ?? 0);
        json.WriteEndObject();
    }

    private static void WriteBlockIO(Utf8JsonWriter json, BlockIOStats? io)
    {
        json.WriteStartObject("blkio");
        Entries(json, "ioServiceBytesRecursive", io?.ServiceBytes);
        Entries(json, "ioServicedRecursive", io?.Serviced);
        Entries(json, "ioQueueRecursive", io?.Queued);
        Entries(json, "ioServiceTimeRecursive", io?.ServiceTime);
        Entries(json, "ioWaitTimeRecursive", io?.WaitTime);
        Entries(json, "ioMergedRecursive", io?.Merged);
        Entries(json, "ioTimeRecursive", io?.DiskTime);
        Entries(json, "sectorsRecursive", io?.Sectors);
        WritePressure(json, io?.Pressure);
        json.WriteEndObject();
    }

    private static void Entries(Utf8JsonWriter json, string name, IReadOnlyList<BlockIOEntry>? entries)
    {
        if (entries is not { Count: > 0 })
        {
            return;
        }
        json.WriteStartArray(name);
        foreach (BlockIOEntry entry in entries)
        {
            json.WriteStartObject();
            json.WriteNumber("major", entry.Major);
            json.WriteNumber("minor", entry.Minor);
            json.WriteString("op", entry.Operation);
            json.WriteNumber("value", entry.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePressure(Utf8JsonWriter json, PressureStats? pressure)
    {
        if (pressure is null)
        {
            return;
        }
        json.WriteStartObject("psi");
        foreach ((string name, PressureAverages? part) in (ReadOnlySpan<(string, PressureAverages?)>)[("some", pressure.Some), ("full", pressure.Full)])
        {
            if (part is PressureAverages averages)
            {
                json.WriteStartObject(name);
                json.WriteNumber("avg10", averages.Avg10);
                json.WriteNumber("avg60", averages.Avg60);
                json.WriteNumber("avg300", averages.Avg300);
                json.WriteNumber("total", averages.Total);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    private static void WriteInterfaces(Utf8JsonWriter json, IReadOnlyList<NetworkInterfaceStats> interfaces)
    {
        json.WriteStartArray("network_interfaces");
        foreach (NetworkInterfaceStats device in interfaces)
        {
            json.WriteStartObject();
            json.WriteString("Name", device.Name);
            json.WriteNumber("RxBytes", device.RxBytes);
            json.WriteNumber("RxPackets", device.RxPackets);
            json.WriteNumber("RxErrors", device.RxErrors);
            json.WriteNumber("RxDropped", device.RxDropped);
            json.WriteNumber("TxBytes", device.TxBytes);
            json.WriteNumber("TxPackets", device.TxPackets);
            json.WriteNumber("TxErrors", device.TxErrors);
            json.WriteNumber("TxDropped", device.TxDropped);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<ulong>? values)
    {
        if (values is { Count: > 0 })
        {
            json.WriteStartArray(name);
            foreach (ulong value in values)
            {
                json.WriteNumberValue(value);
            }
            json.WriteEndArray();
        }
    }

    private static void Number(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is ulong number)
        {
            json.WriteNumber(name, number);
        }
    }
}
